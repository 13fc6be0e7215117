namespace ProcNet.PowerShell.Binding;

/// <summary>What to measure live, as it was typed; what is left out is for everything.</summary>
internal sealed record LiveRequest
{
    /// <summary>What shall count.</summary>
    public TrafficSourceChoice Source { get; init; }

    /// <summary>The network namespace, in any form that names one; null for that of this process.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>Names of interfaces, with wildcards; null for those that are up.</summary>
    public string[]? Interfaces { get; init; }

    /// <summary>A filter expression (pcap-filter(7)); null for everything.</summary>
    public string? Filter { get; init; }

    /// <summary>When to stop by itself; null to run until it is stopped.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Whether to learn names of remote ends from what packets carry.</summary>
    public bool ResolvesNames { get; init; }
}
