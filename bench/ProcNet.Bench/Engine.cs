using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ProcNet.Bench;

/// <summary>Scripts in the engine that pwsh hosts.</summary>
internal static class Engine
{
    /// <summary>CPU milliseconds of a script, after some runs that compile it.</summary>
    public static double CpuOf(string module, string script, int warmUps)
    {
        using Runspace runspace = Open();
        Invoke(runspace, $"Import-Module '{module}'");
        for (int i = 0; i < warmUps; i++)
        {
            Invoke(runspace, script);
        }

        return Cpu.Of(() => Invoke(runspace, script));
    }

    /// <summary>Wall milliseconds of Import-Module in a fresh engine that has imported another binary module already.</summary>
    /// <param name="module">The module.</param>
    /// <param name="other">The other module.</param>
    public static double WallOfImport(string module, string other)
    {
        using Runspace runspace = Open();
        Invoke(runspace, $"Import-Module '{other}'");
        long start = Stopwatch.GetTimestamp();
        Invoke(runspace, $"Import-Module '{module}'");
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    /// <summary>Wall milliseconds until the first row of a command that has run once before.</summary>
    public static double WallOfFirstRow(string module, string command)
    {
        using Runspace runspace = Open();
        Invoke(runspace, $"Import-Module '{module}'");
        TimeToFirst(runspace, command);
        return TimeToFirst(runspace, command);
    }

    /// <summary>
    /// Wall milliseconds of the first call of a command in a fresh engine and process: all that it needs is loaded and
    /// compiled.
    /// </summary>
    public static double WallOfColdCall(string module, string command)
    {
        using Runspace runspace = Open();
        Invoke(runspace, $"Import-Module '{module}'");
        long start = Stopwatch.GetTimestamp();
        Invoke(runspace, command);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double TimeToFirst(Runspace runspace, string command)
    {
        using PowerShell shell = PowerShell.Create(runspace);
        shell.AddScript(command);
        using var output = new PSDataCollection<PSObject>();
        using var first = new ManualResetEventSlim();
        output.DataAdded += (_, _) => first.Set();
        long start = Stopwatch.GetTimestamp();
        IAsyncResult running = shell.BeginInvoke<PSObject, PSObject>(null, output);
        first.Wait(TimeSpan.FromSeconds(30));
        double time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        shell.Stop();
        running.AsyncWaitHandle.WaitOne();
        return time;
    }

    private static Runspace Open()
    {
        Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        return runspace;
    }

    private static void Invoke(Runspace runspace, string script)
    {
        using PowerShell shell = PowerShell.Create(runspace);
        shell.AddScript(script).Invoke();
        if (shell.HadErrors)
        {
            throw new InvalidOperationException(string.Join('\n', shell.Streams.Error));
        }
    }
}
