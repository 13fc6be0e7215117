using ProcNet.Addresses;

namespace ProcNet.Sources.Savefiles;

/// <summary>One end's view of a conversation as the measurement that wrote the file resolved it: a row of its summary, for good.</summary>
internal sealed record RecordedFlow
{
    /// <summary>The number that the first packet of the conversation bears in the file.</summary>
    public required int Number { get; init; }

    /// <summary>The slot of the interface.</summary>
    public required ushort Interface { get; init; }

    /// <summary>The IP protocol.</summary>
    public required byte Protocol { get; init; }

    /// <summary>The address that sorts first.</summary>
    public required AddressValue Low { get; init; }

    /// <summary>Its port.</summary>
    public required ushort LowPort { get; init; }

    /// <summary>The other address.</summary>
    public required AddressValue High { get; init; }

    /// <summary>Its port.</summary>
    public required ushort HighPort { get; init; }

    /// <summary>When its first packet came, in microseconds since 1970 UTC.</summary>
    public required long FirstSeen { get; init; }

    /// <summary>When its last one came.</summary>
    public required long LastSeen { get; init; }

    /// <summary>Whether the Low end is the local one.</summary>
    public bool LocalIsLow { get; init; }

    /// <summary>Whether the same packets are in another row too.</summary>
    public bool IsSecondView { get; init; }

    /// <summary>Whether the row has the packets that the local end sent.</summary>
    public bool HasSent { get; init; }

    /// <summary>Whether it has those that it received.</summary>
    public bool HasReceived { get; init; }

    /// <summary>Whether its address may have been translated, and nobody could ask.</summary>
    public bool MayBeTranslated { get; init; }

    /// <summary>Where the bytes are accounted.</summary>
    public TrafficCategory Category { get; init; }

    /// <summary>How the owner was found.</summary>
    public OwnerEvidence Evidence { get; init; }

    /// <summary>The owner; null where there is none.</summary>
    public RecordedProcess? Process { get; init; }

    /// <summary>Of a row that was read: which process entry of its section is the owner, counted from 0; -1 for none.</summary>
    public int ProcessPlace { get; init; } = -1;

    /// <summary>Since when the owner was known to hold the socket, in microseconds since 1970 UTC.</summary>
    public long OwnerSince { get; init; }

    /// <summary>The inode of the socket; null where none was known.</summary>
    public long? Inode { get; init; }

    /// <summary>All processes that held it, where several did.</summary>
    public IReadOnlyList<int> SharedWith { get; init; } = [];

    /// <summary>The namespace of the local end.</summary>
    public long? NetworkNamespace { get; init; }

    /// <summary>Of the same packets seen again: the slot of the interface that counts.</summary>
    public ushort? CountedOn { get; init; }
}
