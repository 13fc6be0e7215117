namespace ProcNet.History;

/// <summary>
/// Makes samples of the rows that come one after another, and has each written as soon as its last row is there. Rows that do not say which measurement
/// they are of (they went through a file or another process) make a sample as long as their interval stays the same.
/// </summary>
/// <param name="writer">Takes the samples.</param>
/// <param name="keepsCommandLines">Whether command lines are kept.</param>
internal sealed class HistoryRecorder(IHistoryWriter writer, bool keepsCommandLines)
{
    private readonly List<ProcessTraffic> _rows = [];
    private readonly object _unknown = new();
    private long _unknownNumber;

    /// <summary>Takes a row.</summary>
    public void Add(ProcessTraffic row)
    {
        if (_rows.Count > 0 && !IsOfTheSameSample(_rows[0], row))
        {
            Flush();
        }

        _rows.Add(row);
        if (row.Origin is { RowCount: > 0 } origin && _rows.Count == origin.RowCount)
        {
            Flush();
        }
    }

    /// <summary>Writes what has not been: nothing comes after it.</summary>
    public void Flush()
    {
        if (_rows.Count == 0)
        {
            return;
        }

        ProcessTraffic first = _rows[0];
        SampleOrigin? origin = first.Origin;
        var sample = new HistorySample
        {
            Number = origin?.Number ?? _unknownNumber++,
            Measurement = origin?.Measurement ?? _unknown,
            Host = Environment.MachineName,
            Source = first.Source,
            End = first.Timestamp.ToUniversalTime(),
            Duration = origin?.Elapsed ?? first.Duration,
            Account = origin is null ? null : new HistoryAccount
            {
                Bytes = origin.Statistics.AccountedBytes,
                Packets = origin.Statistics.AccountedPackets,
                DroppedPackets = origin.Statistics.DroppedPackets,
                InterfaceDroppedPackets = origin.Statistics.InterfaceDroppedPackets,
            },
            Entries = [.. _rows.Where(static row => row.Category != TrafficCategory.Idle).Select(ToEntry)],
        };
        _rows.Clear();
        writer.Write(sample);
    }

    private static bool IsOfTheSameSample(ProcessTraffic left, ProcessTraffic right) =>
        ReferenceEquals(left.Origin, right.Origin) && (left.Origin is not null || (left.Timestamp, left.Duration) == (right.Timestamp, right.Duration));

    private HistoryEntry ToEntry(ProcessTraffic row) => new(
        new HistoryIdentity
        {
            Category = row.Category,
            ProcessId = row.ProcessId,
            StartTime = row.ProcessStartTime?.ToUniversalTime() is { } start ? start.AddTicks(-(start.Ticks % TimeSpan.TicksPerMicrosecond)) : null,
            Name = row.ProcessName,
            UserName = row.UserName,
            Path = row.Path,
            CommandLine = keepsCommandLines ? row.CommandLine : null,
            Unit = row.Unit,
            Slice = row.Slice,
            Container = row.Container,
            NetworkNamespace = row.NetworkNamespace,
        },
        null,
        new HistoryCounters(row.SentBytes, row.ReceivedBytes, row.SentPackets, row.ReceivedPackets, row.FlowCount, row.Evidence));
}
