using System.Diagnostics;
using Xunit;

namespace ProcNet.Capture.Tests.Live;

/// <summary>A program in a network namespace, spoken with in lines. Ended when disposed.</summary>
internal sealed class NamespaceProgram : IDisposable
{
    private readonly Process _process;

    public NamespaceProgram(string networkNamespace, params string[] command) =>
        // ip execs the command: the id of the process is that of the program.
        _process = Process.Start(
            new ProcessStartInfo("ip", ["netns", "exec", networkNamespace, .. command])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;

    public int Id => _process.Id;

    /// <summary>Waits for a line.</summary>
    public void Expect(string expected)
    {
        Task<string?> line = _process.StandardOutput.ReadLineAsync();
        Assert.True(line.Wait(TimeSpan.FromSeconds(10)), $"No '{expected}' came.");
        Assert.Equal(expected, line.Result);
    }

    public void Say(string line) => _process.StandardInput.WriteLine(line);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
