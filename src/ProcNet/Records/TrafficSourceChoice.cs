namespace ProcNet;

/// <summary>What shall count the bytes of a live measurement.</summary>
public enum TrafficSourceChoice
{
    /// <summary>What works best here: the rows say which it was.</summary>
    Auto,

    /// <summary>Packets captured by libpcap.</summary>
    Capture,

    /// <summary>Counters at every socket, kept in the kernel by eBPF programs: every network namespace, exact owners, no filters.</summary>
    Kernel,
}
