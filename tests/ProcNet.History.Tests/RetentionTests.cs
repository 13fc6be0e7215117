using static ProcNet.History.Tests.TinyHistory;

namespace ProcNet.History.Tests;

/// <summary>How long what is kept, and what goes first.</summary>
public sealed class RetentionTests : IDisposable
{
    private readonly TinyHistory _history = new();

    public void Dispose() => _history.Dispose();

    [Fact]
    public void What_is_older_than_it_is_to_be_kept_goes_with_its_names()
    {
        var measurement = new Measurement(Begin);
        using (IHistoryWriter writer = _history.OpenWriter(new HistoryWriterOptions { Path = "", Retention = TimeSpan.FromDays(2) }))
        {
            writer.Write(measurement.Next(TimeSpan.FromMinutes(1), Entry(Nginx, 1, 1)));
            while (measurement.Clock < Begin.AddDays(5))
            {
                writer.Write(measurement.Next(TimeSpan.FromMinutes(30), Entry(Curl, 1, 0)));
            }
        }

        using IHistoryReader reader = _history.Library.OpenReader(_history.Path);
        Assert.InRange(reader.Extent!.Value.From, Begin.AddDays(3).AddHours(-2), Begin.AddDays(3));
        Assert.DoesNotContain(_history.Read(), row => row.ProcessName == "nginx");
        using Microsoft.Data.Sqlite.SqliteConnection connection = _history.Connect();
        using Microsoft.Data.Sqlite.SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM text WHERE value LIKE '%nginx%'";
        Assert.Equal(0L, command.ExecuteScalar());
        Assert.All(_history.Check(Begin.AddDays(3).AddHours(1), Begin.AddDays(5)), hour => Assert.True(hour.IsBalanced));
    }

    [Fact]
    public void Samples_are_there_for_an_hour_minutes_for_a_day_and_hours_for_as_long_as_is_asked_for()
    {
        var measurement = new Measurement(Begin);
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            while (measurement.Clock < Begin.AddDays(3))
            {
                writer.Write(measurement.Next(TimeSpan.FromSeconds(20), Entry(Curl, 1, 0)));
            }
        }

        List<string> explanations = [];
        List<ProcessTraffic> last = Rows(measurement.Clock.AddMinutes(-10), TimeSpan.FromSeconds(20));
        List<ProcessTraffic> yesterday = Rows(measurement.Clock.AddHours(-12), TimeSpan.FromMinutes(1));
        Assert.Empty(explanations);
        List<ProcessTraffic> before = Rows(Begin.AddHours(3), TimeSpan.FromMinutes(1));

        Assert.Equal((30, 1), (last.Count, last[0].TotalBytes));
        Assert.Equal((12 * 60, 3), (yesterday.Count, yesterday[0].TotalBytes));
        Assert.Equal((180, TimeSpan.FromHours(1)), (before[0].TotalBytes, before[0].Duration));
        Assert.Single(explanations);

        List<ProcessTraffic> Rows(DateTime from, TimeSpan interval) =>
            _history.Read(
                new HistoryQuery
                {
                    From = from,
                    Interval = interval,
                    Explain = explanations.Add,
                }
            );
    }

    [Fact]
    public void A_file_that_has_grown_too_large_first_gives_up_minutes_then_hours_and_says_so()
    {
        var measurement = new Measurement(Begin);
        const long Most = 1 << 20;
        using (IHistoryWriter writer = _history.OpenWriter(new HistoryWriterOptions { Path = "", MaximumSize = Most }))
        {
            while (measurement.Clock < Begin.AddDays(12))
            {
                writer.Write(
                    measurement.Next(
                        TimeSpan.FromMinutes(20),
                        [.. Enumerable.Range(1, 200).Select(n => Entry(Curl with { ProcessId = n }, n, 0))]
                    )
                );
            }

            writer.Complete();
        }

        Assert.InRange(new FileInfo(_history.Path).Length, Most / 2, Most + 100_000);
        Assert.Contains("by the hour alone", _history.Notices[0].Message, StringComparison.Ordinal);
        Assert.Contains(_history.Notices, notice => notice.Message.EndsWith("was removed.", StringComparison.Ordinal));
        List<TrafficHistoryHour> hours = _history.Check(Begin.AddDays(11), Begin.AddDays(12));
        Assert.All(hours, hour => Assert.True(hour.IsBalanced));
        Assert.Equal(3 * 200 * 201 / 2, hours[^2].KeptBytes);
    }

    [Fact]
    public void A_clock_far_ahead_does_not_empty_the_history_at_once()
    {
        var measurement = new Measurement(Begin);
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            while (measurement.Clock < Begin.AddDays(10))
            {
                writer.Write(measurement.Next(TimeSpan.FromHours(1), Entry(Curl, 1, 0)));
            }

            measurement.Clock += TimeSpan.FromDays(365);
            writer.Write(measurement.Next(TimeSpan.FromHours(1), Entry(Curl, 1, 0)));
            measurement.Clock -= TimeSpan.FromDays(365);
            writer.Write(measurement.Next(TimeSpan.FromHours(1), Entry(Curl, 1, 0)));
        }

        Assert.InRange(_history.Total(), 24 * 9, 242);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(90)]
    public void What_is_removed_is_gone_to_the_minute_and_the_rest_still_balances(int minutes)
    {
        var measurement = new Measurement(Begin);
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            writer.Write(measurement.Next(TimeSpan.FromMinutes(1), Entry(Nginx with { Name = "unique-name-to-find" }, 1, 1)));
            for (int i = 1; i < 180; i++)
            {
                writer.Write(measurement.Next(TimeSpan.FromMinutes(1), Entry(Curl, 1, 0)));
            }

            writer.Complete();
        }

        _history.Library.Remove(_history.Path, Begin.AddMinutes(minutes));

        Assert.Equal(180 - minutes, _history.Total());
        Assert.All(_history.Check(Begin, Begin.AddHours(3)), hour => Assert.True(hour.IsBalanced || hour.SampleCount == 0));
        Assert.DoesNotContain(
            "unique-name-to-find",
            System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(_history.Path)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void It_may_be_removed_while_it_is_written()
    {
        var measurement = new Measurement(Begin);
        using IHistoryWriter writer = _history.OpenWriter();
        for (int i = 0; i < 120; i++)
        {
            writer.Write(measurement.Next(TimeSpan.FromMinutes(1), Entry(Curl with { Name = $"n{i % 3}" }, 1, 0)));
            if (i == 60)
            {
                _history.Library.Remove(_history.Path, measurement.Clock);
                Assert.Equal(0, _history.Total());
            }
        }

        Assert.Equal(59, _history.Total());
        Assert.Empty(_history.Notices);
    }
}
