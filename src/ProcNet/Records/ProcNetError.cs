namespace ProcNet;

/// <summary>What went wrong. The names are stable: they are the error ids that scripts see.</summary>
public enum ProcNetError
{
    /// <summary>The user may not open a capture (CAP_NET_RAW is missing).</summary>
    CapturePermissionDenied,

    /// <summary>No interface has that name.</summary>
    InterfaceNotFound,

    /// <summary>The interface exists and is down.</summary>
    InterfaceDown,

    /// <summary>There is no interface to capture on.</summary>
    NoInterface,

    /// <summary>The filter expression does not compile.</summary>
    InvalidFilter,

    /// <summary>libpcap is not installed.</summary>
    LibpcapNotFound,

    /// <summary>The capture could not be opened or broke, for a reason that libpcap gave.</summary>
    CaptureFailed,

    /// <summary>The file does not exist.</summary>
    FileNotFound,

    /// <summary>The file exists and would have to be overwritten.</summary>
    FileExists,

    /// <summary>The file cannot be read or written.</summary>
    FileAccessDenied,

    /// <summary>The file has no content.</summary>
    FileEmpty,

    /// <summary>The file is not a pcap or pcapng capture.</summary>
    NotACapture,

    /// <summary>The capture is of a link type that this version cannot decode.</summary>
    UnknownLinkType,

    /// <summary>The file format cannot hold interfaces of different link types.</summary>
    LinkTypesDiffer,

    /// <summary>The file is not a socket table as <c>/proc/net/tcp</c> shows it.</summary>
    NotASocketTable,

    /// <summary>The file is no listing of the sockets that processes held.</summary>
    NotASocketListing,

    /// <summary>The kernel's socket tables cannot be read.</summary>
    SocketTableUnavailable,

    /// <summary>The process list cannot be read: <c>/proc</c> is not mounted.</summary>
    ProcessListUnavailable,

    /// <summary>The network namespace does not exist, or may not be entered.</summary>
    NetworkNamespaceUnavailable,

    /// <summary>The kernel does not take the feed's BPF programs, or this user may not load them.</summary>
    KernelFeedUnavailable,

    /// <summary>The kernel feed was asked for together with something that only a capture can do.</summary>
    NeedsCapture,

    /// <summary>There are too few descriptors, threads or too little memory: the process or the machine is at a limit.</summary>
    OutOfResources,

    /// <summary>The file is not a history of ProcNet.</summary>
    NotAHistory,

    /// <summary>The history was written by a newer version of ProcNet.</summary>
    HistoryTooNew,

    /// <summary>Another process writes the history.</summary>
    HistoryInUse,

    /// <summary>The history is locked by another process for the moment.</summary>
    HistoryLocked,

    /// <summary>The history is damaged.</summary>
    HistoryDamaged,

    /// <summary>The history cannot be written: the disk is full, or fails.</summary>
    HistoryWriteFailed,

    /// <summary>systemd could not do what was asked of it.</summary>
    ServiceManagerFailed,
}
