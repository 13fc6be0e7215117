using System.Buffers.Binary;
using System.Reflection.PortableExecutable;
using ProcNet.Testing;
using Xunit;

namespace ProcNet.PowerShell.Tests.Module;

/// <summary>The staged assemblies hold machine code, so that a first call is quick, and run where that code does not fit.</summary>
public class CompiledAheadTests
{
    // READYTORUN_FLAG_PLATFORM_NEUTRAL_SOURCE in the runtime's readytorun.h: other machines take the assembly for plain IL.
    private const uint IsPlatformNeutral = 1;
    private const uint Signature = 0x00525452;
    private const int FlagsOffset = 8;

    [Theory]
    [InlineData("ProcNet.dll")]
    [InlineData("ProcNet.PowerShell.dll")]
    [InlineData("lib/ProcNet.Capture.dll")]
    [InlineData("lib/SharpPcap.dll")]
    [InlineData("lib/PacketDotNet.dll")]
    public void A_staged_assembly_is_compiled_ahead_and_runs_on_every_kind_of_machine(string file)
    {
        using var image = new PEReader(File.OpenRead(Path.Combine(Repository.Module, file)));
        DirectoryEntry header = image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory;

        Assert.NotEqual(0, header.Size);
        ReadOnlySpan<byte> ahead = image.GetSectionData(header.RelativeVirtualAddress).GetContent().AsSpan();
        Assert.Equal(Signature, BinaryPrimitives.ReadUInt32LittleEndian(ahead));
        Assert.Equal(IsPlatformNeutral, BinaryPrimitives.ReadUInt32LittleEndian(ahead[FlagsOffset..]) & IsPlatformNeutral);
    }
}
