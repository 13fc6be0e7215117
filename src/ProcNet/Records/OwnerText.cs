namespace ProcNet;

/// <summary>Whose bytes are, in a word or two: what tables show and rows are grouped by.</summary>
internal static class OwnerText
{
    /// <summary>The name of a process, or, between brackets, why there is none: <c>[no socket]</c>.</summary>
    public static string Of(string? processName, TrafficCategory category) =>
        category == TrafficCategory.Process ? processName ?? "" : Of(category);

    /// <summary>A category between brackets.</summary>
    public static string Of(TrafficCategory category) =>
        category switch
        {
            TrafficCategory.Kernel => "[kernel]",
            TrafficCategory.Forwarded => "[forwarded]",
            TrafficCategory.OtherNamespace => "[other namespace]",
            TrafficCategory.SocketGone => "[socket gone]",
            TrafficCategory.NoSocket => "[no socket]",
            TrafficCategory.NoHolder => "[no holder]",
            TrafficCategory.Multicast => "[multicast]",
            TrafficCategory.Fragment => "[fragment]",
            TrafficCategory.Duplicate => "[duplicate]",
            TrafficCategory.NotIP => "[not IP]",
            TrafficCategory.Malformed => "[malformed]",
            TrafficCategory.TableFull => "[table full]",
            TrafficCategory.NotRecorded => "[not recorded]",
            TrafficCategory.Idle => "[idle]",
            _ => $"[{category}]",
        };
}
