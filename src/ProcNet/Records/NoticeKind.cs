namespace ProcNet;

/// <summary>What a <see cref="Notice"/> is about.</summary>
public enum NoticeKind
{
    /// <summary>The kernel or an interface dropped packets before they were counted.</summary>
    PacketsDropped,

    /// <summary>The files of some processes could not be read, so their sockets have no owner.</summary>
    ProcessesUnreadable,

    /// <summary>An interface went down or away while it was captured.</summary>
    InterfaceLost,

    /// <summary>A savefile ends in the middle of a packet.</summary>
    SavefileTruncated,

    /// <summary>The socket tables came from a slower or poorer place than usual.</summary>
    SocketTableFallback,

    /// <summary>Writing the packets to a file failed; counting went on.</summary>
    SavefileWriteFailed,

    /// <summary>The search for owners broke off; what was known before is kept.</summary>
    OwnerSearchFailed,

    /// <summary>The flow table was full: later conversations are summed in one row.</summary>
    TableFull,

    /// <summary>An interface was left out: it cannot be captured, or what a savefile has of it cannot be decoded.</summary>
    InterfaceSkipped,

    /// <summary>Some network namespaces could not be watched: owners in them are not found.</summary>
    NamespacesNotRead,

    /// <summary>Translated addresses could not be followed: this user may not read the kernel's tracked connections.</summary>
    TranslationsNotRead,

    /// <summary>What a file says cannot be so (a packet longer than any, a line that is no row): the rest of it is read.</summary>
    SavefileContradicts,

    /// <summary>
    /// The process or the machine is at a limit (descriptors, threads, memory): owners may be missing for as long as it
    /// lasts.
    /// </summary>
    OutOfResources,

    /// <summary>A history could not be written for now, or is written again.</summary>
    HistoryNotWritten,

    /// <summary>A history that could not be used was set aside, and a new one begun.</summary>
    HistoryReplaced,

    /// <summary>A history had grown too large, and its oldest hours were removed before their time.</summary>
    HistoryShortened,
}
