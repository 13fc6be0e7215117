namespace ProcNet.History.Tests;

/// <summary>From the rows of a pipeline to samples.</summary>
public sealed class RecorderTests
{
    private readonly List<HistorySample> _written = [];
    private readonly MeasurementOrigin _measurement = new();

    [Fact]
    public void A_sample_is_written_when_its_interval_ends_and_not_before()
    {
        using HistoryRecorder recorder = MakeRecorder();
        SampleOrigin sample = Interval(0, bytes: 30);
        recorder.Add(Row(sample, 1, 10));
        recorder.Add(Row(sample, 2, 20));
        Assert.Empty(_written);

        _measurement.End(sample);

        HistorySample written = Assert.Single(_written);
        Assert.Equal((2, 30, 30), (written.Entries.Count, written.Entries.Sum(entry => entry.Counters.TotalBytes), written.Account?.Bytes));
    }

    [Fact]
    public void Where_a_filter_lets_nothing_through_the_interval_was_measured_all_the_same()
    {
        using HistoryRecorder recorder = MakeRecorder();
        SampleOrigin first = Interval(0, bytes: 30);
        recorder.Add(Row(first, 1, 10));
        _measurement.End(first);

        _measurement.End(Interval(1, bytes: 50));

        Assert.Equal(
            [(0L, 1, 30L), (1L, 0, 50L)],
            _written.Select(sample => (sample.Number, sample.Entries.Count, sample.Account!.Value.Bytes))
        );
    }

    [Fact]
    public void Rows_that_were_held_back_and_sorted_count_once()
    {
        // ... | Sort-Object TotalBytes | Export-TrafficHistory: all intervals have ended, and their rows come mixed.
        using HistoryRecorder recorder = MakeRecorder();
        SampleOrigin first = Interval(0, bytes: 3),
            second = Interval(1, bytes: 30);
        _measurement.End(first);
        _measurement.End(second);
        foreach (ProcessTraffic row in (ProcessTraffic[])[Row(first, 1, 1), Row(second, 1, 10), Row(first, 2, 2), Row(second, 2, 20)])
        {
            recorder.Add(row);
        }

        recorder.Flush();

        Assert.Equal(33, _written.Sum(sample => sample.Entries.Sum(entry => entry.Counters.TotalBytes)));
        Assert.Equal([3L, 30L], _written.Where(sample => !sample.IsSupplement).Select(sample => sample.Account!.Value.Bytes));
        Assert.Equal(2, _written.Count(sample => sample.IsSupplement));
    }

    [Fact]
    public void Rows_without_a_measurement_make_a_sample_as_long_as_their_interval_is_the_same()
    {
        using HistoryRecorder recorder = MakeRecorder();
        DateTime end = new(2026, 11, 1, 12, 0, 0, DateTimeKind.Local);
        foreach ((int process, int second) in ((int, int)[])[(1, 0), (2, 0), (1, 10)])
        {
            recorder.Add(
                new ProcessTraffic
                {
                    ProcessId = process,
                    SentBytes = 5,
                    Timestamp = end.AddSeconds(second),
                    Duration = TimeSpan.FromSeconds(10),
                }
            );
        }

        recorder.Flush();

        Assert.Equal(
            [(2, null, end.ToUniversalTime()), (1, null, end.ToUniversalTime().AddSeconds(10))],
            _written.Select(sample => (sample.Entries.Count, sample.Account, sample.End))
        );
    }

    [Fact]
    public void Command_lines_and_remote_ends_are_kept_only_where_they_are_asked_for()
    {
        TrafficFlow[] flows =
        [
            new()
            {
                ProcessId = 1,
                RemoteAddress = System.Net.IPAddress.Parse("198.51.100.7"),
                RemotePort = 443,
                LocalPort = 50000,
                Protocol = TransportProtocol.Tcp,
                SentBytes = 3,
            },
            new()
            {
                ProcessId = 1,
                RemoteAddress = System.Net.IPAddress.Parse("198.51.100.7"),
                RemotePort = 443,
                LocalPort = 50001,
                Protocol = TransportProtocol.Tcp,
                SentBytes = 4,
            },
            new()
            {
                ProcessId = 1,
                RemoteAddress = System.Net.IPAddress.Parse("192.0.2.9"),
                RemotePort = 40000,
                LocalPort = 22,
                Protocol = TransportProtocol.Tcp,
                SentBytes = 1,
            },
        ];
        using (HistoryRecorder plain = MakeRecorder())
        {
            SampleOrigin sample = Interval(0, 10, flows);
            plain.Add(Row(sample, 1, 10));
            _measurement.End(sample);
        }

        using (HistoryRecorder asked = MakeRecorder(new HistoryRecorderOptions { IncludesCommandLines = true, IncludesRemote = true }))
        {
            SampleOrigin sample = Interval(1, 10, flows);
            asked.Add(Row(sample, 1, 10));
            _measurement.End(sample);
        }

        Assert.Equal((null, null), (Assert.Single(_written[0].Entries).Endpoint, _written[0].Entries[0].Identity.CommandLine));
        Assert.Equal("curl --password secret", _written[1].Entries[0].Identity.CommandLine);

        // What no conversation accounts for stays in a row without an end: the sum is the row's.
        Assert.Equal(
            ["198.51.100.7 443 7", "192.0.2.9 0 1", "  2"],
            _written[1]
                .Entries.Select(entry => $"{entry.Endpoint?.Address?.ToIPAddress()} {entry.Endpoint?.Port} {entry.Counters.TotalBytes}")
        );
    }

    [Fact]
    public void An_interval_that_was_cut_off_is_not_written()
    {
        HistoryRecorder recorder = MakeRecorder();
        recorder.Add(Row(Interval(0, bytes: 30), 1, 10));

        recorder.Dispose();

        Assert.Empty(_written);
        Assert.Null(_measurement.SampleEnded);
    }

    private static ProcessTraffic Row(SampleOrigin sample, int process, long bytes) =>
        new()
        {
            ProcessId = process,
            SentBytes = bytes,
            CommandLine = "curl --password secret",
            FlowCount = 1,
            Origin = sample,
        };

    private HistoryRecorder MakeRecorder(HistoryRecorderOptions? options = null) =>
        new(new ListWriter(_written), options ?? new HistoryRecorderOptions());

    private SampleOrigin Interval(long number, long bytes, IReadOnlyList<TrafficFlow>? flows = null) =>
        new(() => flows ?? [])
        {
            Measurement = _measurement,
            Number = number,
            Elapsed = TimeSpan.FromSeconds(10),
            End = new DateTime(2026, 11, 1, 12, 0, 0, DateTimeKind.Local).AddSeconds(10 * number),
            Source = TrafficSourceKind.Kernel,
            Statistics = new TrafficStatistics { Bytes = bytes, AccountedBytes = bytes },
        };

    private sealed class ListWriter(List<HistorySample> written) : IHistoryWriter
    {
        public string Path => "";

        public int WaitingSamples => 0;

        public void Write(HistorySample sample) => written.Add(sample);

        public void Complete() { }

        public void Dispose() { }
    }
}
