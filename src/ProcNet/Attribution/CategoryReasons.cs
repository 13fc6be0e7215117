namespace ProcNet.Attribution;

/// <summary>The sentence that says what the bytes of a category are.</summary>
internal static class CategoryReasons
{
    /// <summary>Gives the sentence; null for a process.</summary>
    public static string? Of(TrafficCategory category) =>
        category switch
        {
            TrafficCategory.Process => null,
            TrafficCategory.Kernel => "Sent or consumed by the kernel itself: echo replies, resets, neighbour discovery, IGMP, tunnels.",
            TrafficCategory.Forwarded => "Neither address is one of this host's: routed or bridged through it, or overheard.",
            TrafficCategory.OtherNamespace => "An address of another network namespace, in which no owner was found.",
            TrafficCategory.SocketGone => "The kernel still listed the connection (TIME_WAIT, orphaned), but no process held it any more.",
            TrafficCategory.NoSocket =>
                "No socket was seen for the conversation: it had closed before it could be looked up, or there never was one.",
            TrafficCategory.NoHolder =>
                "The socket is known, the process that holds it is not: it had ended, its files are not readable, or the kernel holds it.",
            TrafficCategory.Multicast => "Sent to a multicast group or a broadcast address that no socket of this host takes.",
            TrafficCategory.Fragment => "Later fragments of packets whose first fragment, which has the ports, was not seen.",
            TrafficCategory.Duplicate => "The same packets are counted on another interface.",
            TrafficCategory.NotIP => "Frames that are not IP (ARP, LLDP, …); their bytes are those after the link header.",
            TrafficCategory.Malformed => "Frames whose headers are cut short or contradict themselves.",
            TrafficCategory.TableFull =>
                "More conversations than the flow table holds: those of few packets made room, and their bytes are summed here.",
            TrafficCategory.Idle => "No traffic came in the interval: the row says that it was measured.",
            TrafficCategory.NotRecorded =>
                "The file does not say which process it was. -ThisHost looks among this machine's, -Socket and -Connection in saved ones.",
            _ => throw new ArgumentOutOfRangeException(nameof(category), category, null),
        };

    /// <summary>Gives the sentence for a conversation; null where there is nothing to say.</summary>
    /// <param name="match">What was found.</param>
    /// <param name="countedOn">Of a duplicate: the interface whose observation counts.</param>
    /// <param name="mayBeTranslated">Whether the address may have been translated, and nobody may ask here.</param>
    public static string? Of(in OwnerMatch match, string? countedOn, bool mayBeTranslated = false)
    {
        bool isTranslated = (match.Evidence & OwnerEvidence.Translated) != 0;
        return match.Category switch
        {
            TrafficCategory.Duplicate when countedOn is not null && isTranslated =>
                $"The same packets are counted on '{countedOn}', where they have their address from before the translation (NAT).",
            TrafficCategory.Duplicate when countedOn is not null => $"The same packets are counted on '{countedOn}'.",
            TrafficCategory.NoSocket when mayBeTranslated =>
                $"{Of(match.Category)} Or its address is translated (NAT): tracked connections may not be read here.",
            TrafficCategory.Forwarded when isTranslated => "Translated (NAT) for another machine, and passed on.",
            TrafficCategory.Kernel when match.Socket is not null =>
                "The socket is the kernel's own, no process holds it: a tunnel (VXLAN, Geneve, WireGuard), a network file system.",
            _ => Of(match.Category),
        };
    }

    /// <summary>Gives the sentence for a sum of conversations that made room.</summary>
    /// <param name="network">The network that their other ends are of.</param>
    public static string OfOverflow(string network) => $"{Of(TrafficCategory.TableFull)} Their other ends are in {network}.";

    /// <summary>Gives the sentence for a row that sums conversations that ended long ago.</summary>
    public static string OfExpired(int conversations, TrafficCategory category) =>
        $"{conversations} conversations that were over were summed to make room for new ones. {Of(category)}".TrimEnd();
}
