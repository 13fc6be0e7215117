namespace ProcNet.Monitoring;

/// <summary>The captures of this process, in the order of their start, so that Get-TrafficCapture can list them.</summary>
internal static class CaptureRegistry
{
    private static readonly Lock s_gate = new();
    private static readonly List<TrafficCapture> s_captures = [];
    private static bool s_isExitWatched;

    /// <summary>Adds a capture.</summary>
    public static void Add(TrafficCapture capture)
    {
        lock (s_gate)
        {
            if (!s_isExitWatched)
            {
                // The end of a script, exit, a signal: the files of captures that still run are to be whole.
                s_isExitWatched = true;
                AppDomain.CurrentDomain.ProcessExit += static (_, _) => Close();
                SessionEnd.Add(Stop);
            }

            s_captures.Add(capture);
        }
    }

    /// <summary>The captures at this moment.</summary>
    public static IReadOnlyList<TrafficCapture> List()
    {
        lock (s_gate)
        {
            return [.. s_captures];
        }
    }

    /// <summary>Forgets a capture; its handle goes on working.</summary>
    public static void Remove(TrafficCapture capture)
    {
        lock (s_gate)
        {
            s_captures.Remove(capture);
        }
    }

    /// <summary>Ends every capture, the owners of its last packets found: a signal ends the process.</summary>
    private static void Stop()
    {
        foreach (TrafficCapture capture in List())
        {
            capture.Monitor.Stop();
        }
    }

    /// <summary>Ends every capture at once: nobody will ask for its owners.</summary>
    private static void Close()
    {
        foreach (TrafficCapture capture in List())
        {
            capture.Monitor.Dispose();
        }
    }

    /// <summary>Ends every capture and forgets them: the module is being removed.</summary>
    public static void Clear()
    {
        foreach (TrafficCapture capture in List())
        {
            Remove(capture);
            capture.Dispose();
        }
    }
}
