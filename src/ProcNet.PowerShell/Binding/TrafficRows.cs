using System.Collections;
using System.Globalization;
using System.Management.Automation;
using ProcNet.Presentation;
using ProcNet.Text;

namespace ProcNet.PowerShell.Binding;

/// <summary>
/// Reads rows of traffic from what a pipeline gives: this module's records, or what became of them in a job, on another host or in
/// a file.
/// </summary>
internal static class TrafficRows
{
    /// <summary>The row; null where the object is none.</summary>
    public static TrafficRow? From(PSObject item)
    {
        if (Value(item, nameof(ProcessTraffic.SentBytes)) is null || Value(item, nameof(ProcessTraffic.ReceivedBytes)) is null)
        {
            return null;
        }

        string categoryText = Text(item, nameof(ProcessTraffic.Category)) ?? nameof(TrafficCategory.Process);
        TrafficCategory category = Enum.TryParse(categoryText, ignoreCase: true, out TrafficCategory parsed)
            ? parsed
            : TrafficCategory.Process;
        string? name = Text(item, nameof(ProcessTraffic.ProcessName));
        bool isProcess = category == TrafficCategory.Process;
        long sent = Number(item, nameof(ProcessTraffic.SentBytes)),
            received = Number(item, nameof(ProcessTraffic.ReceivedBytes));
        int? processId = Value(item, nameof(ProcessTraffic.ProcessId)) is null ? null : (int)Number(item, nameof(ProcessTraffic.ProcessId));
        DateTime begin = Time(item, nameof(TrafficFlow.CreationTime)),
            end = Time(item, nameof(TrafficFlow.LastPacketTime));
        bool isFlow = Value(item, nameof(TrafficFlow.LastPacketTime)) is not null;
        bool isIdle = category == TrafficCategory.Idle;
        string? grouping = Value(item, nameof(GroupTraffic.Group)) is null ? null : Text(item, nameof(GroupTraffic.GroupBy));
        DateTime timestamp = Time(item, nameof(ProcessTraffic.Timestamp));
        return new TrafficRow
        {
            Host = Text(item, "PSComputerName") ?? Text(item, "ComputerName") ?? "",
            ProcessId = processId,
            Owner = Text(item, "Group") ?? (!isProcess ? DisplayText.Owner(name, category, hasExited: null) : name ?? "[idle]"),
            Grouping = grouping,
            IsIdle =
                isIdle || (sent + received == 0 && processId is null && Number(item, nameof(ProcessTraffic.FlowCount)) == 0 && !isFlow),
            Category = categoryText,
            Reason = Text(item, nameof(ProcessTraffic.Reason)),
            Evidence = Text(item, nameof(ProcessTraffic.Evidence)),
            ProcessStartTime = Value(item, nameof(ProcessTraffic.ProcessStartTime)) is null
                ? null
                : Time(item, nameof(ProcessTraffic.ProcessStartTime)),
            HasExited =
                isProcess && string.Equals(Text(item, nameof(ProcessTraffic.HasExited)), "True", StringComparison.OrdinalIgnoreCase),
            Path = Text(item, nameof(ProcessTraffic.Path)),
            UserName = Text(item, nameof(ProcessTraffic.UserName)),
            Unit = Text(item, nameof(ProcessTraffic.Unit)),
            Container = Text(item, nameof(ProcessTraffic.Container)),
            SentBytes = sent,
            ReceivedBytes = received,
            SentPackets = Number(item, nameof(ProcessTraffic.SentPackets)),
            ReceivedPackets = Number(item, nameof(ProcessTraffic.ReceivedPackets)),
            FlowCount = isFlow ? 1 : (int)Number(item, nameof(ProcessTraffic.FlowCount)),
            Timestamp = isFlow && timestamp == default ? end : timestamp,
            Duration = isFlow ? Interval(item, sent + received) : Length(item, nameof(ProcessTraffic.Duration)) ?? TimeSpan.Zero,
            Conversation = !isFlow
                ? null
                : new Conversation(
                    Text(item, nameof(TrafficFlow.Protocol)) ?? "",
                    (int)Number(item, nameof(TrafficFlow.LocalPort)),
                    Text(item, nameof(TrafficFlow.RemoteAddress)),
                    (int)Number(item, nameof(TrafficFlow.RemotePort)),
                    Text(item, "RemoteHostName"),
                    begin,
                    end
                ),
            Source = item,
        };
    }

    /// <summary>The totals of the measurement that a row is of; null where it came from elsewhere and lost them.</summary>
    public static TrafficStatistics? TotalsOf(PSObject item) =>
        item.BaseObject switch
        {
            ProcessTraffic row => row.Totals,
            TrafficFlow row => row.Totals,
            GroupTraffic row => row.Totals,
            _ => null,
        };

    /// <summary>Totals as -StatisticsVariable gives them, or what became of them; null where the object is none.</summary>
    public static TrafficStatistics? ToTotals(PSObject item)
    {
        if (item.BaseObject is TrafficStatistics totals)
        {
            return totals;
        }

        if (
            Value(item, nameof(TrafficStatistics.AccountedBytes)) is null
            || Value(item, nameof(TrafficStatistics.BytesByCategory)) is not { } sums
        )
        {
            return null;
        }

        return new TrafficStatistics
        {
            Packets = Number(item, nameof(TrafficStatistics.Packets)),
            Bytes = Number(item, nameof(TrafficStatistics.Bytes)),
            LocalPackets = Number(item, nameof(TrafficStatistics.LocalPackets)),
            LocalBytes = Number(item, nameof(TrafficStatistics.LocalBytes)),
            AccountedPackets = Number(item, nameof(TrafficStatistics.AccountedPackets)),
            AccountedBytes = Number(item, nameof(TrafficStatistics.AccountedBytes)),
            DroppedPackets = Number(item, nameof(TrafficStatistics.DroppedPackets)),
            InterfaceDroppedPackets = Number(item, nameof(TrafficStatistics.InterfaceDroppedPackets)),
            FlowCount = Number(item, nameof(TrafficStatistics.FlowCount)),
            BytesByCategory = new CategoryBytes(Categories(sums)),
            Duration = Length(item, nameof(TrafficStatistics.Duration)) ?? TimeSpan.Zero,
        };
    }

    /// <summary>A dictionary, or the text that ConvertTo-TrafficRecord makes of one: <c>Process=12 Kernel=3</c>.</summary>
    private static Dictionary<TrafficCategory, long> Categories(object sums)
    {
        Dictionary<TrafficCategory, long> categories = [];
        IEnumerable<(string? Name, object? Bytes)> entries = sums is IDictionary dictionary
            ? dictionary.Keys.Cast<object>().Select(key => (key.ToString(), dictionary[key]))
            : (sums.ToString() ?? "")
                .Split(' ')
                .Select(entry => entry.Split('='))
                .Where(entry => entry.Length == 2)
                .Select(entry => ((string?)entry[0], (object?)entry[1]));
        foreach ((string? name, object? bytes) in entries)
        {
            if (
                Enum.TryParse(name, ignoreCase: true, out TrafficCategory category)
                && LanguagePrimitives.TryConvertTo(bytes, out long number)
            )
            {
                categories[category] = number;
            }
        }

        return categories;
    }

    /// <summary>How long the measurement or sample of a conversation's row was: its rates say it.</summary>
    private static TimeSpan Interval(PSObject item, long bytes)
    {
        double rate = Real(item, nameof(TrafficFlow.SentRate)) + Real(item, nameof(TrafficFlow.ReceivedRate));
        double seconds = rate > 0 ? Math.Round(bytes / rate, 6) : 0;
        return seconds is > 0 and < 1e9 ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
    }

    private static object? Value(PSObject item, string name)
    {
        object? value = item.Properties[name]?.Value;
        return value switch
        {
            // An enumeration that came back from a job or a file is a number whose text is its name.
            PSObject wrapped when wrapped.TypeNames.Contains("Deserialized.System.Enum") => wrapped.ToString(),
            PSObject wrapped => wrapped.BaseObject,
            "" => null,
            _ => value,
        };
    }

    private static string? Text(PSObject item, string name) =>
        Value(item, name) is { } value && Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text
            ? OutsideText.Sanitize(text)
            : null;

    private static long Number(PSObject item, string name) =>
        LanguagePrimitives.TryConvertTo(Value(item, name), out long number) ? number : 0;

    private static double Real(PSObject item, string name) =>
        LanguagePrimitives.TryConvertTo(Value(item, name), out double number) && double.IsFinite(number) ? number : 0;

    /// <summary>
    /// A duration, in any form that a row's has; null where it is none. A record has seconds, which TimeSpan.Parse would take for days.
    /// </summary>
    public static TimeSpan? Length(PSObject item, string name) =>
        Value(item, name) switch
        {
            TimeSpan time => time,
            string text when text.Contains(':', StringComparison.Ordinal) => TimeSpan.TryParse(
                text,
                CultureInfo.InvariantCulture,
                out TimeSpan time
            )
                ? time
                : null,
            { } seconds when LanguagePrimitives.TryConvertTo(seconds, out double number) && number is >= 0 and < 1e9 =>
                TimeSpan.FromSeconds(number),
            _ => null,
        };

    private static DateTime Time(PSObject item, string name) =>
        Value(item, name) switch
        {
            DateTime time => time.Kind == DateTimeKind.Utc ? time.ToLocalTime() : time,
            string text when DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime time) => time,
            string text when DateTime.TryParse(text, CultureInfo.CurrentCulture, out DateTime time) => time,
            _ => default,
        };
}
