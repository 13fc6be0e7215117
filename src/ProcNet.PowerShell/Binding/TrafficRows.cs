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
        return new TrafficRow
        {
            Host = Text(item, "PSComputerName") ?? "",
            ProcessId = processId,
            Owner = Text(item, "Group") ?? (!isProcess ? DisplayText.Owner(name, category, hasExited: null) : name ?? "[idle]"),
            IsIdle = sent + received == 0 && processId is null && (Number(item, nameof(ProcessTraffic.FlowCount)) == 0) && !isFlow,
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
            Timestamp = isFlow ? end : Time(item, nameof(ProcessTraffic.Timestamp)),
            Duration = Length(item, nameof(ProcessTraffic.Duration)),
            Conversation = !isFlow
                ? null
                : new Conversation(
                    Text(item, nameof(TrafficFlow.Protocol)) ?? "",
                    Text(item, nameof(TrafficFlow.RemoteAddress)),
                    (int)Number(item, nameof(TrafficFlow.RemotePort)),
                    Text(item, "RemoteHostName"),
                    begin,
                    end
                ),
            Source = item,
        };
    }

    private static object? Value(PSObject item, string name)
    {
        object? value = item.Properties[name]?.Value;
        return value is PSObject wrapped ? wrapped.BaseObject
            : value is "" ? null
            : value;
    }

    private static string? Text(PSObject item, string name) =>
        Value(item, name) is { } value && Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text
            ? OutsideText.Sanitize(text)
            : null;

    private static long Number(PSObject item, string name) =>
        LanguagePrimitives.TryConvertTo(Value(item, name), out long number) ? number : 0;

    private static TimeSpan Length(PSObject item, string name) =>
        LanguagePrimitives.TryConvertTo(Value(item, name), out TimeSpan time) ? time : TimeSpan.Zero;

    private static DateTime Time(PSObject item, string name) =>
        Value(item, name) switch
        {
            DateTime time => time.Kind == DateTimeKind.Utc ? time.ToLocalTime() : time,
            string text when DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTime time) => time,
            string text when DateTime.TryParse(text, CultureInfo.CurrentCulture, out DateTime time) => time,
            _ => default,
        };
}
