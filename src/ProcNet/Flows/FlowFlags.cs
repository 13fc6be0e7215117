namespace ProcNet.Flows;

/// <summary>What was seen of a conversation besides its counts.</summary>
[Flags]
internal enum FlowFlags : byte
{
    /// <summary>Nothing worth a flag.</summary>
    None = 0,

    /// <summary>The Low end sent the first packet.</summary>
    LowSentFirst = 1,

    /// <summary>The Low end sent a TCP SYN without ACK: it opened the connection.</summary>
    LowOpened = 2,

    /// <summary>The High end sent a TCP SYN without ACK.</summary>
    HighOpened = 4,

    /// <summary>A TCP FIN or RST was seen.</summary>
    Closing = 8,

    /// <summary>The 5-tuple came back with another connection: later packets are not this one's.</summary>
    Superseded = 16,

    /// <summary>The Low end's frames left with the interface's own hardware address: they were sent, or passed on, by this host.</summary>
    LowSentFromHere = 32,

    /// <summary>The High end's did.</summary>
    HighSentFromHere = 64,

    /// <summary>The first packet's frame left with the interface's own hardware address.</summary>
    FirstSentFromHere = 128,
}
