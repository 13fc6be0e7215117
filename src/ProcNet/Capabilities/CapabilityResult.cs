namespace ProcNet;

/// <summary>
/// Whether something that ProcNet needs works on this machine for this user, what it costs when it does not, and what mends
/// it.
/// </summary>
public sealed class CapabilityResult
{
    /// <summary>
    /// What was tried: <c>PacketCapture</c>, <c>OtherUsersSockets</c>, <c>SockDiag</c>, <c>KernelFeed</c>, <c>ProcessList</c>,
    /// <c>NetworkNamespaces</c>, <c>ConntrackTable</c>. Stable, for scripts.
    /// </summary>
    public string Name { get; internal init; } = "";

    /// <summary>Whether it works.</summary>
    public bool Available { get; internal init; }

    /// <summary>What was found.</summary>
    public string Detail { get; internal init; } = "";

    /// <summary>What ProcNet cannot do, or does worse; null where it works.</summary>
    public string? Impact { get; internal init; }

    /// <summary>What to do about it; null where it works.</summary>
    public string? Remedy { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {(Available ? "available" : "not available")}";
}
