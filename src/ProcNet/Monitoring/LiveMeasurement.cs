using ProcNet.Interfaces;

namespace ProcNet.Monitoring;

/// <summary>What to measure live.</summary>
internal sealed record LiveMeasurement
{
    /// <summary>What shall count.</summary>
    public TrafficSourceChoice Source { get; init; }

    /// <summary>The interfaces to capture; empty for every interface that is up and shows packets that no other one shows.</summary>
    public IReadOnlyList<LinkInterface> Interfaces { get; init; } = [];

    /// <summary>Whether the user named the network namespace to measure in.</summary>
    public bool IsNamespaceChosen { get; init; }

    /// <summary>A filter expression (pcap-filter(7)); null for everything.</summary>
    public string? Filter { get; init; }

    /// <summary>Where to write the packets: pcapng, or pcap where the name ends in <c>.pcap</c>. Null to keep none.</summary>
    public string? Path { get; init; }

    /// <summary>Whether <see cref="Path"/> may replace a file.</summary>
    public bool Overwrite { get; init; }

    /// <summary>How many bytes of each packet to keep in <see cref="Path"/>; null for all.</summary>
    public int? SnapLength { get; init; }

    /// <summary>Whether the file says whose the packets are, where its format has a place for that.</summary>
    public bool WritesOwners { get; init; } = true;

    /// <summary>Whose packets are kept in the file; null for everybody's. All are counted.</summary>
    public ProcessSelection? Selection { get; init; }

    /// <summary>How many bytes a file may reach before the next one begins; null for one file.</summary>
    public long? RotateSize { get; init; }

    /// <summary>How long a file is written before the next one begins; null for one file.</summary>
    public TimeSpan? RotateInterval { get; init; }

    /// <summary>How many files are kept of several, the newest; null for all.</summary>
    public int? FileCount { get; init; }

    /// <summary>When to stop by itself; null to run until it is stopped.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Whether to learn names of remote ends from what packets carry.</summary>
    public bool ResolvesNames { get; init; }
}
