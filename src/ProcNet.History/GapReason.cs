namespace ProcNet.History.Storage;

/// <summary>Why there is nothing between two samples. The numbers are in the tables.</summary>
internal enum GapReason
{
    /// <summary>The measurement had been ended.</summary>
    Stopped = 1,

    /// <summary>The process that measured had ended without a word.</summary>
    Killed = 2,

    /// <summary>The machine was started anew.</summary>
    Rebooted = 3,

    /// <summary>The clock was put forward or back, or the machine slept; nothing is missing but the time itself.</summary>
    ClockChanged = 4,

    /// <summary>Samples of the same measurement were not passed on.</summary>
    NotPassedOn = 5,

    /// <summary>There was no history yet.</summary>
    NotBegun = 6,
}
