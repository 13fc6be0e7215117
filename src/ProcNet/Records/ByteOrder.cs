namespace ProcNet;

/// <summary>In which order a machine keeps the bytes of a number.</summary>
public enum ByteOrder
{
    /// <summary>The lowest first: x64, arm64, riscv64, ppc64le.</summary>
    LittleEndian,

    /// <summary>The highest first: s390x, ppc64, old MIPS.</summary>
    BigEndian,
}
