using Microsoft.Data.Sqlite;
using static ProcNet.History.Tests.TinyHistory;

namespace ProcNet.History.Tests;

/// <summary>What is written comes back, from whichever tables answer.</summary>
public sealed class RollupTests : IDisposable
{
    private static readonly TimeSpan s_tenSeconds = TimeSpan.FromSeconds(10);
    private readonly TinyHistory _history = new();

    public void Dispose() => _history.Dispose();

    [Fact]
    public void A_sample_comes_back_as_it_was_written()
    {
        var measurement = new Measurement(Begin);
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            writer.Write(measurement.Next(s_tenSeconds, Entry(Curl, 100, 4000), Entry(Kernel, 200, 0)));
        }

        List<ProcessTraffic> rows = _history.Read();

        Assert.Equal(2, rows.Count);
        ProcessTraffic curl = rows[0];
        Assert.Equal(
            (42, "curl", "alice", "/usr/bin/curl", 100, 4000, 1, 40, 1),
            (
                curl.ProcessId,
                curl.ProcessName,
                curl.UserName,
                curl.Path,
                curl.SentBytes,
                curl.ReceivedBytes,
                curl.SentPackets,
                curl.ReceivedPackets,
                curl.FlowCount
            )
        );
        Assert.Equal(Begin.AddMinutes(-5).ToLocalTime(), curl.ProcessStartTime);
        Assert.Equal((TrafficCategory.Process, OwnerEvidence.KernelFeed), (curl.Category, curl.Evidence));
        Assert.Equal(s_tenSeconds, curl.Duration);
        Assert.Equal((TrafficCategory.Kernel, null, 200), (rows[1].Category, rows[1].ProcessId, rows[1].TotalBytes));
        Assert.Empty(_history.Notices);
    }

    [Fact]
    public void Three_days_of_samples_have_the_same_sum_by_day_by_hour_and_by_minute()
    {
        // Odd lengths, so that samples lie across minutes, hours and days.
        var measurement = new Measurement(Begin);
        TimeSpan duration = TimeSpan.FromSeconds(97.3);
        long sent = 0;
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            for (int i = 0; measurement.Clock < Begin.AddDays(3); i++)
            {
                sent += i;
                writer.Write(measurement.Next(duration, Entry(Curl, i, 2 * i), Entry(Nginx, 1000, 10)));
            }
        }

        foreach (TimeSpan? interval in (TimeSpan?[])[null, TimeSpan.FromDays(1), TimeSpan.FromHours(1), TimeSpan.FromMinutes(30)])
        {
            List<ProcessTraffic> rows = _history.Read(new HistoryQuery { Interval = interval });
            Assert.Equal(
                (sent, 2 * sent),
                (
                    rows.Where(row => row.ProcessId == 42).Sum(row => row.SentBytes),
                    rows.Where(row => row.ProcessId == 42).Sum(row => row.ReceivedBytes)
                )
            );
        }

        List<ProcessTraffic> days = _history.Read(new HistoryQuery { Interval = TimeSpan.FromDays(1), From = Begin });
        Assert.Equal(
            [.. Enumerable.Range(1, 3).Select(day => Begin.AddDays(day).ToLocalTime())],
            days.Select(row => row.Timestamp).Distinct().Take(3)
        );
    }

    [Fact]
    public void A_clock_that_is_put_back_has_nothing_counted_twice_or_lost()
    {
        var measurement = new Measurement(Begin.AddHours(5));
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            for (int i = 0; i < 600; i++)
            {
                if (i == 200)
                {
                    measurement.Clock -= TimeSpan.FromHours(2);
                }

                if (i == 400)
                {
                    measurement.Clock += TimeSpan.FromDays(1);
                }

                writer.Write(measurement.Next(s_tenSeconds, Entry(Curl, 1, 10)));
            }
        }

        Assert.Equal((600, 6000), Sum(_history.Read()));
        Assert.Equal((600, 6000), Sum(_history.Read(new HistoryQuery { Interval = TimeSpan.FromHours(1) })));
        Assert.Equal(TimeSpan.FromSeconds(6000), _history.Read().Single().Duration);
        List<TrafficHistoryHour> hours = _history.Check(Begin, Begin.AddDays(2));
        Assert.Contains(hours, hour => hour.Reason?.Contains("put back", StringComparison.Ordinal) == true);
        Assert.Contains(hours, hour => hour.Reason?.Contains("put forward", StringComparison.Ordinal) == true);
        Assert.All(hours, hour => Assert.True(hour.IsBalanced));
    }

    [Fact]
    public void A_writer_that_begins_again_goes_on_where_the_last_one_was_cut_off()
    {
        var first = new Measurement(Begin);
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            writer.Write(first.Next(s_tenSeconds, Entry(Curl, 1, 1)));
            writer.Complete();
        }

        var second = new Measurement(Begin.AddMinutes(20));
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            writer.Write(second.Next(s_tenSeconds, Entry(Curl, 2, 2)));
            writer.Write(second.Next(TimeSpan.FromMinutes(2), Entry(Curl, 4, 4)));
            writer.Write(second.Next(s_tenSeconds, Entry(Curl, 8, 8)));
        }

        Assert.Equal((15, 15), Sum(_history.Read()));
        TrafficHistoryHour hour = _history.Check(Begin, Begin.AddHours(1)).Single();
        Assert.Contains("Not measured from", hour.Reason, StringComparison.Ordinal);
        Assert.Contains("it had been stopped", hour.Reason, StringComparison.Ordinal);
        Assert.Equal((4, true, false), (hour.SampleCount, hour.IsBalanced, hour.IsComplete));
    }

    [Theory]
    [InlineData("boot_id = 'the one before'", "the machine was started anew")]
    [InlineData("is_closed = 0", "the process that measured had ended without a word")]
    public void What_cut_a_measurement_off_is_known(string change, string expected)
    {
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            writer.Write(new Measurement(Begin).Next(s_tenSeconds, Entry(Curl, 1, 1)));
        }

        using (SqliteConnection connection = _history.Connect())
        using (SqliteCommand command = connection.CreateCommand())
        {
            command.CommandText = $"UPDATE session SET {change}";
            command.ExecuteNonQuery();
        }

        using (IHistoryWriter writer = _history.OpenWriter())
        {
            writer.Write(new Measurement(Begin.AddMinutes(5)).Next(s_tenSeconds, Entry(Curl, 1, 1)));
        }

        Assert.Contains(expected, Assert.Single(_history.Check(Begin, Begin.AddHours(1))).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_idle_interval_was_measured_and_is_no_gap()
    {
        var measurement = new Measurement(Begin);
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            for (int i = 0; i < 360; i++)
            {
                writer.Write(measurement.Next(s_tenSeconds));
            }
        }

        TrafficHistoryHour hour = _history.Check(Begin, Begin.AddHours(1)).Single();
        Assert.Equal(
            (TimeSpan.FromHours(1), TimeSpan.Zero, 360L, true, null),
            (hour.Measured, hour.Missing, hour.SampleCount, hour.IsComplete, hour.Reason)
        );
    }

    [Fact]
    public void The_tables_are_strict_and_answer_sql()
    {
        var measurement = new Measurement(Begin);
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            writer.Write(measurement.Next(s_tenSeconds, Entry(Curl, 100, 4000)));
            measurement.Clock += TimeSpan.FromMinutes(1);
            writer.Write(measurement.Next(s_tenSeconds));
        }

        using var connection = new SqliteConnection($"Data Source={_history.Path};Mode=ReadOnly;Pooling=False");
        connection.Open();
        Assert.Equal("2026-11-01 00:00:00 curl 4000", Ask("SELECT hour || ' ' || name || ' ' || received_bytes FROM hourly"));
        Assert.Equal(0L, Ask("SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND strict = 0"));
        Assert.Equal("wal", Ask("PRAGMA journal_mode"));

        object? Ask(string text)
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = text;
            return command.ExecuteScalar();
        }
    }

    private static (long Sent, long Received) Sum(IEnumerable<ProcessTraffic> rows) =>
        (rows.Sum(row => row.SentBytes), rows.Sum(row => row.ReceivedBytes));
}
