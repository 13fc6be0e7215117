namespace ProcNet.History;

/// <summary>What of the rows is kept that is nobody's business unless it is asked for.</summary>
internal sealed record HistoryRecorderOptions
{
    /// <summary>Whether command lines are kept.</summary>
    public bool IncludesCommandLines { get; init; }

    /// <summary>Whether remote ends are kept.</summary>
    public bool IncludesRemote { get; init; }
}
