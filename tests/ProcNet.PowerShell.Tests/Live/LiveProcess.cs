using System.Diagnostics;

namespace ProcNet.PowerShell.Tests.Live;

/// <summary>A program in a network namespace, spoken with in lines. Ended when disposed.</summary>
internal sealed class LiveProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <summary>Starts it.</summary>
    public LiveProcess(string networkNamespace, params string[] command)
    {
        // ip execs the command: the id of the process is that of the program.
        _process = Process.Start(
            new ProcessStartInfo("ip", ["netns", "exec", networkNamespace, .. command])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <summary>Waits for a line.</summary>
    public void Expect(string expected)
    {
        Task<string?> line = _process.StandardOutput.ReadLineAsync();
        Assert.True(line.Wait(s_patience), $"No '{expected}' came in {s_patience}.");
        Assert.True(line.Result == expected, $"Not '{expected}' but '{line.Result}' came. {(line.Result is null ? _errors.Result : "")}");
    }

    /// <summary>Sends a line.</summary>
    public void Say(string line) => _process.StandardInput.WriteLine(line);

    /// <summary>Waits for its end and gives what it still wrote, by lines.</summary>
    public IReadOnlyList<string> Finish()
    {
        _process.StandardInput.Close();
        string output = _process.StandardOutput.ReadToEnd();
        Assert.True(_process.WaitForExit(s_patience), "It does not end.");
        Assert.True(_process.ExitCode == 0, $"It ended with {_process.ExitCode}: {_errors.Result}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
