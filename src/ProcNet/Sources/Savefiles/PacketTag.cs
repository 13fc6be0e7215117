namespace ProcNet.Sources.Savefiles;

/// <summary>What a packet of a file says of its owners.</summary>
internal sealed record PacketTag
{
    /// <summary>Says nothing.</summary>
    public static PacketTag Nothing { get; } = new();

    /// <summary>Whether it came in or went out, as the host that captured it saw it; null where it does not say.</summary>
    public bool? IsOutbound { get; init; }

    /// <summary>
    /// The owner at the sender's side where it went out, else at the receiver's; of a packet without a direction, at
    /// either.
    /// </summary>
    public OwnerTag? Owner { get; init; }

    /// <summary>Where the receiver is of the same host as the sender: its owner.</summary>
    public OwnerTag? Receiver { get; init; }

    /// <summary>On the first packet of a conversation: its number in the file; 0 on others.</summary>
    public int Flow { get; init; }

    /// <summary>Whether the table of the measurement had no room for its conversation.</summary>
    public bool IsTableFull => Owner?.Category == TrafficCategory.TableFull;

    /// <summary>Whether it says anything.</summary>
    public bool HasAny => Owner is not null || Receiver is not null || Flow != 0;
}
