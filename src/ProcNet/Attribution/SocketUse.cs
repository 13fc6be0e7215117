namespace ProcNet.Attribution;

/// <summary>A process that the kernel itself named as the user of a socket.</summary>
/// <param name="Socket">The socket, when it was first used.</param>
/// <param name="LastSeen">When it was last used, in microseconds since 1970 UTC.</param>
/// <param name="Owner">The process.</param>
/// <param name="Evidence">What that is worth.</param>
/// <param name="Bytes">How many bytes passed while it was the user.</param>
/// <param name="SentBytes">How many of them it sent.</param>
internal readonly record struct SocketUse(
    SocketObservation Socket,
    long LastSeen,
    SocketHolder Owner,
    OwnerEvidence Evidence,
    long Bytes,
    long SentBytes
)
{
    /// <summary>Whether it is a packet socket, whose frames have no 5-tuple that the kernel knows.</summary>
    public bool IsOfPacketSocket { get; init; }

    /// <summary>How many packets it sent.</summary>
    public long SentPackets { get; init; }

    /// <summary>How many it received.</summary>
    public long ReceivedPackets { get; init; }

    /// <summary>Whether only the host's administrator can have made the socket's namespace.</summary>
    public bool IsOfHostsNamespace { get; init; }

    /// <summary>
    /// Whether it has a better claim to a conversation than another user: who sends before who only gets copies (every raw socket gets all
    /// pings), then who passed more.
    /// </summary>
    public bool Outweighs(in SocketUse other) => Sends != other.Sends ? Sends : Bytes > other.Bytes;

    /// <summary>Whether the claims are of one kind, so that to choose is a rule and not a fact.</summary>
    public bool Rivals(in SocketUse other) => Sends == other.Sends && Owner.Process.Key != other.Owner.Process.Key;

    /// <summary>Whether it sent, and did not only receive.</summary>
    public bool Sends => SentBytes > 0;

    /// <summary>
    /// Which of two uses of one socket a packet count goes to. A capture cannot share out a conversation in time, so of two processes that
    /// used it the one with more bytes gets it, and the evidence says that it was shared.
    /// </summary>
    /// <param name="known">What was known.</param>
    /// <param name="seen">What was seen now.</param>
    public static SocketUse Choose(in SocketUse known, in SocketUse seen)
    {
        if (known.Owner.Process.Key == seen.Owner.Process.Key)
        {
            // The feed begins anew where an entry was silent: the larger count is the nearer one.
            return seen with
            {
                Bytes = Math.Max(known.Bytes, seen.Bytes),
                SentBytes = Math.Max(known.SentBytes, seen.SentBytes),
                Evidence = seen.Evidence | (known.Evidence & OwnerEvidence.SharedSocket),
            };
        }

        if (IsCertain(known) && IsCertain(seen))
        {
            SocketUse chosen = seen.Outweighs(known) ? seen : known;
            return chosen with { Evidence = chosen.Evidence | OwnerEvidence.SharedSocket };
        }

        // A holder or a listener's maker stands in only until a user is seen.
        return IsCertain(known) ? known : seen;
    }

    /// <summary>Its counts as a user's.</summary>
    public SocketUser ToUser() => new(Owner, SentBytes, Bytes - SentBytes, SentPackets, ReceivedPackets);

    /// <summary>Whether it was seen, and does not only stand in.</summary>
    public bool IsSeen => IsCertain(this);

    private static bool IsCertain(in SocketUse use) => (use.Evidence & OwnerEvidence.KernelFeed) != 0;
}
