namespace ProcNet.PowerShell.Tests;

/// <summary>A made-up machine and a PowerShell on it.</summary>
public abstract class CmdletTest : IDisposable
{
    private protected FakeMachine Machine { get; } = FakeMachine.Start();

    private protected Engine Engine { get; } = new();

    public void Dispose()
    {
        Engine.Dispose();
        Machine.Dispose();
        GC.SuppressFinalize(this);
    }
}
