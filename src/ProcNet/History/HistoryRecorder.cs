using System.Runtime.CompilerServices;

namespace ProcNet.History;

/// <summary>
/// Makes samples of the rows that come one after another, and has each written when its interval's last row is out, whatever the pipeline
/// has let through. Rows that do not say which measurement they are of (they went through a file or another process) make a sample as long
/// as their interval stays the same.
/// </summary>
/// <param name="writer">Takes the samples.</param>
/// <param name="options">What of the rows is kept.</param>
internal sealed class HistoryRecorder(IHistoryWriter writer, HistoryRecorderOptions options) : IDisposable
{
    private readonly List<ProcessTraffic> _rows = [];
    private readonly MeasurementOrigin _unknown = new();
    private readonly ConditionalWeakTable<SampleOrigin, SampleOrigin> _written = [];
    private MeasurementOrigin? _watched;
    private long _unknownNumber;

    /// <summary>Takes a row.</summary>
    public void Add(ProcessTraffic row)
    {
        if (_rows.Count > 0 && !IsOfTheSameSample(_rows[0], row))
        {
            Flush();
        }

        Watch(row.Origin?.Measurement);
        _rows.Add(row);
    }

    /// <summary>Writes what has not been: nothing comes after it.</summary>
    public void Flush()
    {
        if (_rows.Count > 0)
        {
            Write(_rows[0].Origin);
        }
    }

    /// <summary>Lets go of the measurement. Rows whose interval has not ended are not written.</summary>
    public void Dispose() => Watch(null);

    private static bool IsOfTheSameSample(ProcessTraffic left, ProcessTraffic right) =>
        ReferenceEquals(left.Origin, right.Origin)
        && (left.Origin is not null || (left.Timestamp, left.Duration) == (right.Timestamp, right.Duration));

    private void Watch(MeasurementOrigin? measurement)
    {
        if (ReferenceEquals(measurement, _watched))
        {
            return;
        }

        if (_watched is not null)
        {
            _watched.SampleEnded -= OnSampleEnded;
        }

        _watched = measurement;
        if (_watched is not null)
        {
            _watched.SampleEnded += OnSampleEnded;
        }
    }

    private void OnSampleEnded(SampleOrigin sample)
    {
        if (_rows.Count > 0 && !ReferenceEquals(_rows[0].Origin, sample))
        {
            Flush();
        }

        // None of its rows may have come here: it was measured all the same.
        Write(sample);
    }

    private void Write(SampleOrigin? origin)
    {
        ProcessTraffic? first = _rows.Count > 0 ? _rows[0] : null;
        TimeSpan duration = origin?.Elapsed ?? first!.Duration;
        bool isSupplement = origin is not null && !_written.TryAdd(origin, origin);
        var sample = new HistorySample
        {
            Number = origin?.Number ?? _unknownNumber++,
            Measurement = origin?.Measurement ?? _unknown,
            Host = Environment.MachineName,
            Source = origin?.Source ?? first!.Source,
            End = (origin?.End ?? first!.Timestamp).ToUniversalTime(),
            Duration = duration,
            IsSupplement = isSupplement,
            Account =
                origin is null || isSupplement
                    ? null
                    : new HistoryAccount
                    {
                        Bytes = origin.Statistics.AccountedBytes,
                        Packets = origin.Statistics.AccountedPackets,
                        CapturedBytes = origin.Statistics.Bytes,
                        DroppedPackets = origin.Statistics.DroppedPackets,
                        InterfaceDroppedPackets = origin.Statistics.InterfaceDroppedPackets,
                        InterfaceBytes = origin.Links?.Bytes,
                        InterfacePackets = origin.Links?.Packets,
                    },
            Entries = MakeEntries(origin),
        };
        _rows.Clear();
        if (!isSupplement || sample.Entries.Count > 0)
        {
            writer.Write(sample);
        }
    }

    private List<HistoryEntry> MakeEntries(SampleOrigin? origin)
    {
        EndpointTraffic? endpoints = options.IncludesRemote && origin?.Flows is { } flows ? new EndpointTraffic(flows) : null;
        List<HistoryEntry> entries = new(_rows.Count);
        foreach (ProcessTraffic row in _rows)
        {
            if (row.Category == TrafficCategory.Idle)
            {
                continue;
            }

            HistoryIdentity identity = IdentityOf(row);
            var rest = new HistoryCounters(
                row.SentBytes,
                row.ReceivedBytes,
                row.SentPackets,
                row.ReceivedPackets,
                row.FlowCount,
                row.Evidence
            );
            foreach ((HistoryEndpoint endpoint, HistoryCounters counters) in endpoints?.Of(row) ?? [])
            {
                entries.Add(new HistoryEntry(identity, endpoint, counters));
                rest = rest.Less(counters);
            }

            if (rest.TotalBytes != 0 || rest.TotalPackets != 0 || endpoints is null)
            {
                entries.Add(new HistoryEntry(identity, null, rest));
            }
        }

        return entries;
    }

    private HistoryIdentity IdentityOf(ProcessTraffic row) =>
        new()
        {
            Category = row.Category,
            ProcessId = row.ProcessId,
            StartTime = row.ProcessStartTime?.ToUniversalTime() is { } start
                ? start.AddTicks(-(start.Ticks % TimeSpan.TicksPerMicrosecond))
                : null,
            Name = row.ProcessName,
            UserName = row.UserName,
            Path = row.Path,
            CommandLine = options.IncludesCommandLines ? row.CommandLine : null,
            Unit = row.Unit,
            Slice = row.Slice,
            Container = row.Container,
            NetworkNamespace = row.NetworkNamespace,
        };
}
