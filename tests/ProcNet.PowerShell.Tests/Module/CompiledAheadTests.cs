using System.Reflection.PortableExecutable;
using ProcNet.Testing;
using Xunit;

namespace ProcNet.PowerShell.Tests.Module;

/// <summary>What is staged is compiled ahead for this machine; what a package is made of runs on every kind.</summary>
public class CompiledAheadTests
{
    [Theory]
    [InlineData("ProcNet.dll")]
    [InlineData("ProcNet.PowerShell.dll")]
    [InlineData("lib/ProcNet.Capture.dll")]
    [InlineData("lib/SharpPcap.dll")]
    [InlineData("lib/PacketDotNet.dll")]
    public void A_staged_assembly_holds_machine_code(string file)
    {
        using var image = new PEReader(File.OpenRead(Path.Combine(Repository.Module, file)));

        Assert.NotEqual(0, image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size);
    }

    [Theory]
    [InlineData(typeof(ProcSocket))]
    [InlineData(typeof(Commands.GetProcSocketCommand))]
    public void A_built_assembly_runs_on_every_kind_of_machine(Type type)
    {
        using var image = new PEReader(File.OpenRead(type.Assembly.Location));

        Assert.Equal(Machine.I386, image.PEHeaders.CoffHeader.Machine); // which stands for any
        Assert.True(image.PEHeaders.CorHeader!.Flags.HasFlag(CorFlags.ILOnly));
        Assert.False(image.PEHeaders.CorHeader.Flags.HasFlag(CorFlags.Requires32Bit));
        Assert.Equal(0, image.PEHeaders.CorHeader.ManagedNativeHeaderDirectory.Size);
    }
}
