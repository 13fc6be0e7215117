namespace ProcNet.Monitoring;

/// <summary>The captures of this process, in the order of their start, so that Get-TrafficCapture can list them.</summary>
internal static class CaptureRegistry
{
    private static readonly Lock s_gate = new();
    private static readonly List<TrafficCapture> s_captures = [];

    /// <summary>Adds a capture.</summary>
    public static void Add(TrafficCapture capture)
    {
        lock (s_gate)
        {
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
