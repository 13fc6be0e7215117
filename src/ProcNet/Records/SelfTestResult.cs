namespace ProcNet;

/// <summary>How exact a source is on this machine: known traffic, and what was measured of it.</summary>
public sealed class SelfTestResult
{
    /// <summary>
    /// The traffic: <c>UdpLoopback</c>, <c>UdpIPv6Loopback</c>, <c>ShortProcesses</c>, <c>UdpNamespace</c>, <c>TcpNamespace</c>. Stable,
    /// for scripts.
    /// </summary>
    public string Case { get; internal init; } = "";

    /// <summary>What counted it.</summary>
    public TrafficSourceKind Source { get; internal init; }

    /// <summary>Whether every byte was counted, once, and given to the process that sent or received it.</summary>
    public bool Passed => MeasuredBytes == ExpectedBytes && AttributedBytes == ExpectedBytes && ExpectedBytes > 0;

    /// <summary>
    /// The bytes of IP that were sent and received, by arithmetic (of TCP, by the counters of an interface that nothing else uses); null
    /// where the test could not be made.
    /// </summary>
    public long? ExpectedBytes { get; internal init; }

    /// <summary>What was measured of them; null where the test could not be made.</summary>
    public long? MeasuredBytes { get; internal init; }

    /// <summary>What of that was given to the process that sent or received it.</summary>
    public long? AttributedBytes { get; internal init; }

    /// <summary>What of it was given to another process.</summary>
    public long? MisattributedBytes { get; internal init; }

    /// <summary>How far the measured bytes are from the expected ones, in per cent of these; below zero where some are missing.</summary>
    public double? ErrorPercent => ExpectedBytes is > 0 and { } expected ? 100.0 * (MeasuredBytes - expected) / expected : null;

    /// <summary>How many of the expected bytes have their process, in per cent.</summary>
    public double? AttributedPercent => ExpectedBytes is > 0 and { } expected ? 100.0 * AttributedBytes / expected : null;

    /// <summary>Packets that were dropped before they could be counted, of the whole machine.</summary>
    public long DroppedPackets { get; internal init; }

    /// <summary>What the traffic was, or why the test could not be made.</summary>
    public string Detail { get; internal init; } = "";

    /// <inheritdoc/>
    public override string ToString() => $"{Case} {Source}: {(Passed ? "exact" : Detail)}";
}
