using System.Diagnostics;
using System.Text;
using ProcNet.Testing;

namespace ProcNet.Pwsh.Tests;

/// <summary>
/// One PowerShell that is kept, and runs scripts one after the other: a script that must not see what others have loaded or left
/// takes a fresh one. It ends with the tests, since the pipe that brings its scripts does.
/// </summary>
internal sealed class PwshSession : IDisposable
{
    // Each line of the pipe is a script's file (PowerShell itself reads its standard input to the end first); a line with the mark and
    // the error in base64 ends what a script wrote. What a script has left running must not meet the next one.
    private const string Server = """
        param($Requests, $Module, $Mark)
        $ErrorActionPreference = 'Stop'
        Import-Module $Module
        $modulePath = $env:PSModulePath
        $requests = [IO.File]::OpenText($Requests)
        while ($line = $requests.ReadLine()) {
            $failure = ''
            try { & $line | Out-Host }
            catch { $failure = "$_`n$($_.ScriptStackTrace)" }
            if (Get-Module ProcNet) { Get-TrafficCapture | Stop-TrafficCapture } else { Import-Module $Module }
            Get-Job | Remove-Job -Force
            $env:PSModulePath = $modulePath
            [Console]::Out.WriteLine("`n$Mark" + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($failure)))
        }
        """;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);
    private static PwshSession? s_kept;

    private readonly Process _process;
    private readonly StreamWriter _requests;
    private readonly string _mark = $"end-of-{Guid.NewGuid():N}:";

    private PwshSession()
    {
        string server = Path.Combine(Path.GetTempPath(), $"procnet-{Guid.NewGuid():N}.ps1");
        File.WriteAllText(server, Server);
        using NamedPipe pipe = new("requests");
        _process = Pwsh.StartProcess(["-File", server, pipe.Path, Repository.Module, _mark]);
        _process.StandardInput.Close();
        _process.ErrorDataReceived += (_, line) => Console.Error.WriteLine(line.Data);
        _process.BeginErrorReadLine();
        _requests = new StreamWriter(pipe.Open()) { AutoFlush = true };
        Run("");
        File.Delete(server);
    }

    /// <summary>The one that is kept; another where it has ended.</summary>
    public static PwshSession Kept => s_kept is { _process.HasExited: false } ? s_kept : s_kept = new PwshSession();

    /// <summary>Ends the one that is kept.</summary>
    public static void End() => s_kept?.Dispose();

    /// <summary>Runs a script that must succeed, and gives what it wrote.</summary>
    public string Run(string script)
    {
        string file = Path.Combine(Path.GetTempPath(), $"procnet-{Guid.NewGuid():N}.ps1");
        File.WriteAllText(file, script);
        try
        {
            _requests.WriteLine(file);
            Task<(string Output, string Failure)> answer = Task.Run(Read);
            if (!answer.Wait(s_limit))
            {
                _process.Kill(entireProcessTree: true);
                Assert.Fail($"The script did not end within {s_limit}. {script}");
            }

            Assert.True(answer.Result.Failure.Length == 0, $"{answer.Result.Failure}\n{answer.Result.Output}");
            return answer.Result.Output;
        }
        finally
        {
            File.Delete(file);
        }
    }

    public void Dispose()
    {
        _requests.Dispose();
        if (!_process.WaitForExit(s_limit))
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private (string Output, string Failure) Read()
    {
        StringBuilder output = new();
        while (_process.StandardOutput.ReadLine() is string line)
        {
            if (line.StartsWith(_mark, StringComparison.Ordinal))
            {
                return (output.ToString(), Encoding.UTF8.GetString(Convert.FromBase64String(line[_mark.Length..])));
            }

            output.Append(line).Append('\n');
        }

        return (output.ToString(), "PowerShell ended.");
    }
}

/// <summary>Ends the kept PowerShell with the tests.</summary>
public sealed class KeptSession : IDisposable
{
    public void Dispose() => PwshSession.End();
}
