namespace ProcNet;

/// <summary>What a <see cref="TrafficCapture"/> is doing.</summary>
public enum TrafficCaptureState
{
    /// <summary>It counts.</summary>
    Running,

    /// <summary>It ended: its duration is over, or it was stopped.</summary>
    Stopped,

    /// <summary>It ended early because something broke; what it counted before is kept.</summary>
    Failed,
}
