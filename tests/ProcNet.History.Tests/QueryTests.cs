using System.Net;
using ProcNet.Addresses;
using static ProcNet.History.Tests.TinyHistory;

namespace ProcNet.History.Tests;

/// <summary>Questions and their rows.</summary>
public sealed class QueryTests : IDisposable
{
    private static readonly TimeSpan s_tenSeconds = TimeSpan.FromSeconds(10);
    private static readonly HistoryEndpoint s_web = new(AddressValue.From(IPAddress.Parse("198.51.100.7")), TransportProtocol.Tcp, 443);
    private static readonly HistoryEndpoint s_client = new(AddressValue.From(IPAddress.Parse("2001:db8::9")), TransportProtocol.Udp, 0);
    private readonly TinyHistory _history = new();

    public void Dispose() => _history.Dispose();

    [Theory]
    [InlineData(TrafficGrouping.Executable, "/usr/bin/curl 30, /usr/sbin/nginx 5, [kernel] 1")]
    [InlineData(TrafficGrouping.Unit, "download.service 30, nginx.service 5, [kernel] 1")]
    [InlineData(TrafficGrouping.User, "alice 30, www-data 5, [kernel] 1")]
    [InlineData(TrafficGrouping.Slice, "[no slice] 35, [kernel] 1")]
    [InlineData(TrafficGrouping.Container, "[no container] 35, [kernel] 1")]
    [InlineData(TrafficGrouping.Remote, "198.51.100.7 20, 2001:db8::9 15, [kernel] 1")]
    [InlineData(TrafficGrouping.RemotePort, "443 20, [client port] 15, [kernel] 1")]
    [InlineData(TrafficGrouping.Protocol, "Tcp 20, Udp 15, [kernel] 1")]
    public void Groups_sum_to_what_was_measured(TrafficGrouping grouping, string expected)
    {
        WriteThree();

        using IHistoryReader reader = _history.Library.OpenReader(_history.Path);
        List<GroupTraffic> rows = [.. reader.Read(new HistoryQuery { GroupBy = grouping }, default).Cast<GroupTraffic>()];

        Assert.True(reader.HasEndpoints);
        Assert.Equal(expected, string.Join(", ", rows.Select(row => $"{row.Group} {row.TotalBytes}")));
        Assert.Equal(TrafficCategory.Kernel, rows[^1].Category);
        Assert.All(rows[..^1], row => Assert.Null(row.Category));
    }

    [Fact]
    public void Who_and_with_whom_can_be_asked_for()
    {
        WriteThree();

        List<ProcessTraffic> alice = _history.Read(
            new HistoryQuery { IsWanted = who => who.UserName == "alice", IsWantedEndpoint = end => end == s_web }
        );

        Assert.Equal(("curl", 20), (Assert.Single(alice).ProcessName, alice[0].TotalBytes));
    }

    [Fact]
    public void From_and_to_cut_at_samples_of_the_last_hour()
    {
        var measurement = new Measurement(Begin);
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            for (int i = 0; i < 100; i++)
            {
                writer.Write(measurement.Next(s_tenSeconds, Entry(Curl, 1, 0)));
            }
        }

        Assert.Equal(
            7,
            _history.Read(new HistoryQuery { From = Begin.AddSeconds(30), To = Begin.AddSeconds(100) }).Sum(row => row.TotalBytes)
        );
        Assert.Equal(100, _history.Read(new HistoryQuery { From = Begin.AddDays(-1), To = Begin.AddDays(1) }).Sum(row => row.TotalBytes));
        Assert.Empty(_history.Read(new HistoryQuery { From = Begin.AddDays(1) }));
    }

    [Fact]
    public void Days_begin_at_midnight_also_where_the_clocks_are_changed()
    {
        // Berlin goes back on 25 October 2026: that day has 25 hours.
        TimeZoneInfo berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var measurement = new Measurement(new DateTime(2026, 10, 23, 22, 0, 0, DateTimeKind.Utc));
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            while (measurement.Clock < new DateTime(2026, 10, 26, 23, 0, 0, DateTimeKind.Utc))
            {
                writer.Write(measurement.Next(TimeSpan.FromHours(1), Entry(Curl, 1, 0)));
            }
        }

        List<ProcessTraffic> days = _history.Read(new HistoryQuery { Interval = TimeSpan.FromDays(1), TimeZone = berlin });

        Assert.Equal([24L, 25L, 24L], days.Select(day => day.TotalBytes));
        Assert.Equal(new DateTime(2026, 10, 25, 23, 0, 0, DateTimeKind.Utc), days[1].Timestamp.ToUniversalTime());
    }

    [Fact]
    public void An_interval_of_half_an_hour_begins_on_the_half_hour()
    {
        var measurement = new Measurement(Begin.AddMinutes(17));
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            for (int i = 0; i < 60; i++)
            {
                writer.Write(measurement.Next(TimeSpan.FromMinutes(1), Entry(Curl, 1, 0)));
            }
        }

        List<ProcessTraffic> rows = _history.Read(new HistoryQuery { Interval = TimeSpan.FromMinutes(30), TimeZone = TimeZoneInfo.Utc });

        Assert.Equal([13L, 30L, 17L], rows.Select(row => row.TotalBytes));
        Assert.Equal([30, 0, 17], rows.Select(row => row.Timestamp.ToUniversalTime().Minute));
    }

    [Fact]
    public void A_process_id_that_came_back_is_another_process()
    {
        var measurement = new Measurement(Begin);
        using (IHistoryWriter writer = _history.OpenWriter())
        {
            writer.Write(measurement.Next(s_tenSeconds, Entry(Curl, 1, 0)));
            writer.Write(measurement.Next(s_tenSeconds, Entry(Curl with { StartTime = Begin.AddSeconds(10) }, 2, 0)));
        }

        Assert.Equal([2L, 1L], _history.Read().Select(row => row.TotalBytes));
    }

    private void WriteThree()
    {
        var measurement = new Measurement(Begin);
        using IHistoryWriter writer = _history.OpenWriter();
        writer.Write(
            measurement.Next(
                s_tenSeconds,
                Entry(Curl, 10, 10, s_web),
                Entry(Curl, 0, 10, s_client),
                Entry(Nginx, 5, 0, s_client),
                Entry(Kernel, 1, 0)
            )
        );
        writer.Complete();
    }
}
