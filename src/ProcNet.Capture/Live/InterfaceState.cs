namespace ProcNet.Capture.Live;

/// <summary>Whether an interface still gives packets.</summary>
internal enum InterfaceState
{
    /// <summary>It does.</summary>
    Up,

    /// <summary>It is down; when it comes up again, so do its packets.</summary>
    Down,

    /// <summary>It was removed, or its capture broke.</summary>
    Lost,
}
