using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;

namespace ProcNet.History.Storage;

/// <summary>Compares, hour by hour, what the rows sum to with what was measured, and says what is missing.</summary>
internal sealed class HourCheck(HistoryDatabase database)
{
    /// <summary>Looks at an hour.</summary>
    /// <param name="hour">Which, since 1970.</param>
    /// <param name="to">Up to when there is anything, in milliseconds since 1970.</param>
    /// <exception cref="SqliteException">It cannot be read.</exception>
    public TrafficHistoryHour Read(long hour, long to)
    {
        long begin = hour * Period.Hour.Milliseconds;
        long end = Math.Min(begin + Period.Hour.Milliseconds, to);
        database.Execute("BEGIN");
        try
        {
            AccountTotals account = ReadAccount(hour, begin);
            (long bytes, long packets, long unattributed) = ReadRows(hour, begin);
            long missing = Math.Max(0, end - begin - account.Duration);
            string reason = Describe(hour, begin, end, account, (bytes, packets), missing);
            return new TrafficHistoryHour
            {
                StartTime = UnixTime.FromMilliseconds(begin).ToLocalTime(),
                Measured = TimeSpan.FromMilliseconds(account.Duration),
                Missing = TimeSpan.FromMilliseconds(missing),
                SampleCount = account.Samples,
                AccountedBytes = account.Bytes,
                KeptBytes = bytes,
                UnattributedBytes = unattributed,
                DroppedPackets = account.DroppedPackets,
                InterfaceDroppedPackets = account.InterfaceDroppedPackets,
                CapturedBytes = account.CapturedBytes,
                InterfaceBytes = account.Samples > 0 && account.InterfaceSamples == account.Samples ? account.InterfaceBytes : null,
                IsBalanced = account.AccountedSamples == account.Samples && bytes == account.Bytes && packets == account.Packets,
                IsComplete = reason.Length == 0,
                Reason = reason.Length == 0 ? null : reason,
            };
        }
        finally
        {
            database.Execute("COMMIT");
        }
    }

    private AccountTotals ReadAccount(long hour, long begin)
    {
        string sums = string.Join(", ", AccountTotals.Columns.Split(", ").Select(static column => $"coalesce(sum({column}), 0)"));
        using Statement statement = database.Prepare(
            $"""
            SELECT {sums} FROM (
                SELECT {AccountTotals.Columns} FROM account_hour WHERE start = {hour}
                UNION ALL SELECT {AccountTotals.Columns} FROM interval
                    WHERE id > (SELECT value FROM state WHERE name = 'rolled_up') AND start >= {begin} AND start < {begin
                + Period.Hour.Milliseconds})
            """
        );
        statement.Step();
        return AccountTotals.Read(statement, 0);
    }

    private (long Bytes, long Packets, long Unattributed) ReadRows(long hour, long begin)
    {
        const string Columns = "subject, sent_bytes + received_bytes AS bytes, sent_packets + received_packets AS packets";
        using Statement statement = database.Prepare(
            $"""
            SELECT coalesce(sum(bytes), 0), coalesce(sum(packets), 0), coalesce(sum(CASE WHEN p.category = 0 THEN 0 ELSE bytes END), 0) FROM (
                SELECT {Columns} FROM traffic_hour WHERE start = {hour}
                UNION ALL SELECT {Columns} FROM sample WHERE interval IN (SELECT id FROM interval
                    WHERE id > (SELECT value FROM state WHERE name = 'rolled_up') AND start >= {begin} AND start < {begin
                + Period.Hour.Milliseconds}))
                JOIN subject s ON s.id = subject JOIN process p ON p.id = s.process
            """
        );
        statement.Step();
        return (statement.Number(0), statement.Number(1), statement.Number(2));
    }

    private string Describe(long hour, long begin, long end, in AccountTotals account, (long Bytes, long Packets) rows, long missing)
    {
        var text = new StringBuilder();
        if (account.Samples == 0)
        {
            Add(text, "Nothing was measured.");
        }

        if (rows != (account.KeptBytes, account.KeptPackets))
        {
            Add(text, $"The rows sum to {rows.Bytes} bytes, and {account.KeptBytes} were written: rows were changed or removed.");
        }

        if (account.AccountedSamples < account.Samples)
        {
            Add(text, $"{account.Samples - account.AccountedSamples} samples came without the measurement's account.");
        }
        else if (account.KeptBytes != account.Bytes || account.KeptPackets != account.Packets)
        {
            Add(text, $"{account.Bytes - account.KeptBytes} bytes that were measured were filtered out before they came here.");
        }

        if (account.DroppedPackets + account.InterfaceDroppedPackets > 0)
        {
            Add(
                text,
                $"{account.DroppedPackets} packets were dropped by the kernel and {account.InterfaceDroppedPackets} by the interfaces."
            );
        }

        AddGaps(text, begin, end, out bool isExplained);

        // Samples are cut at the hours that they begin in: the last one reaches into the next hour.
        if (missing > 1000 && account.Samples > 0 && !isExplained && missing > 2 * account.Duration / account.Samples)
        {
            Add(text, $"{TimeSpan.FromMilliseconds(missing):hh\\:mm\\:ss} of it were not measured.");
        }

        return text.ToString();
    }

    private void AddGaps(StringBuilder text, long begin, long end, out bool isExplained)
    {
        isExplained = false;
        using Statement gaps = database.Prepare(
            $"SELECT start, \"end\", reason FROM gap WHERE min(start, \"end\") < {end} AND max(start, \"end\") > {begin} ORDER BY id"
        );
        while (gaps.Step())
        {
            isExplained = true;
            long from = gaps.Number(0);
            long to = gaps.Number(1);
            string times = string.Create(CultureInfo.InvariantCulture, $"{Local(from):HH:mm:ss} to {Local(to):HH:mm:ss}");
            Add(
                text,
                (GapReason)gaps.Number(2) switch
                {
                    GapReason.Stopped => $"Not measured from {times}: it had been stopped.",
                    GapReason.Killed => $"Not measured from {times}: the process that measured had ended without a word.",
                    GapReason.Rebooted => $"Not measured from {times}: the machine was started anew.",
                    GapReason.NotBegun => $"The history begins at {Local(to):HH:mm:ss}.",
                    GapReason.ClockChanged when to < from =>
                        $"The clock was put back at {Local(from):HH:mm:ss}, by {TimeSpan.FromMilliseconds(from - to)}.",
                    GapReason.ClockChanged =>
                        $"The clock was put forward at {Local(from):HH:mm:ss}, by {TimeSpan.FromMilliseconds(to - from)}, or the machine slept.",
                    _ => $"Samples from {times} did not come here.",
                }
            );
        }
    }

    private static DateTime Local(long milliseconds) => UnixTime.FromMilliseconds(milliseconds).ToLocalTime();

    private static void Add(StringBuilder text, string sentence) => text.Append(text.Length == 0 ? "" : " ").Append(sentence);
}
