namespace ProcNet.Linux.Native;

/// <summary>ZSTD_inBuffer and ZSTD_outBuffer (zstd.h): how far a buffer was read or filled.</summary>
internal unsafe struct ZstdBuffer
{
    /// <summary>Its first byte.</summary>
    public byte* Bytes;

    /// <summary>Its length.</summary>
    public nuint Length;

    /// <summary>How far the library has come in it.</summary>
    public nuint Position;
}
