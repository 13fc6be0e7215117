namespace ProcNet;

/// <summary>What counted the bytes.</summary>
public enum TrafficSourceKind
{
    /// <summary>Packets captured live by libpcap.</summary>
    Capture,

    /// <summary>Packets of a saved pcap or pcapng file.</summary>
    Savefile,

    /// <summary>Counters in the kernel, by eBPF.</summary>
    Kernel,
}
