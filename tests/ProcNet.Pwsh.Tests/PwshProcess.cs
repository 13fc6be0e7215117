using System.Diagnostics;
using System.Globalization;

namespace ProcNet.Pwsh.Tests;

/// <summary>A script that runs in a PowerShell.</summary>
internal sealed class PwshProcess : IDisposable
{
    private readonly Process _process;
    private readonly string _file;
    private readonly Task<string> _error;
    private readonly StringWriter _output = new(CultureInfo.InvariantCulture);

    public PwshProcess(Process process, string file)
    {
        _process = process;
        _file = file;
        _process.StandardInput.Close();
        _error = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Waits until the script has written this line.</summary>
    public void WaitForLine(string expected)
    {
        while (_process.StandardOutput.ReadLine() is string line)
        {
            _output.WriteLine(line);
            if (line == expected)
            {
                return;
            }
        }

        Assert.Fail($"The script ended without the line '{expected}'. {_output}{_error.Result}");
    }

    /// <summary>Sends SIGINT, as Ctrl+C does.</summary>
    public void Interrupt()
    {
        using Process kill = Process.Start("bash", ["-c", $"kill -INT {Id}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits for the end.</summary>
    public PwshResult Wait(TimeSpan limit)
    {
        Stopwatch watch = Stopwatch.StartNew();
        Task<string> rest = _process.StandardOutput.ReadToEndAsync();
        if (!_process.WaitForExit(limit))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"The script did not end within {limit}. {rest.Result}{_error.Result}");
        }

        return new PwshResult(_output + rest.Result, _error.Result.Trim(), _process.ExitCode, watch.Elapsed);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
        File.Delete(_file);
    }
}

/// <summary>What came of a script.</summary>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error, trimmed.</param>
/// <param name="ExitCode">The exit code of pwsh.</param>
/// <param name="Elapsed">From the moment it was waited for to its end.</param>
internal sealed record PwshResult(string Output, string Error, int ExitCode, TimeSpan Elapsed);
