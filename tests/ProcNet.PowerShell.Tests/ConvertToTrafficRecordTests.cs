using System.Net;

namespace ProcNet.PowerShell.Tests;

/// <summary>Rows for machines: text and numbers.</summary>
public sealed class ConvertToTrafficRecordTests : CmdletTest
{
    private static readonly DateTime s_time = new DateTime(2026, 11, 23, 10, 11, 12, DateTimeKind.Local).AddMicroseconds(345678);

    private static readonly TrafficFlow s_flow = new()
    {
        Protocol = TransportProtocol.Tcp,
        LocalAddress = IPAddress.Parse("2001:db8::1"),
        LocalPort = 50000,
        RemoteAddress = IPAddress.Parse("192.0.2.9"),
        RemotePort = 443,
        SentBytes = 5,
        CreationTime = s_time,
        Duration = TimeSpan.FromSeconds(2.5),
        Evidence = OwnerEvidence.ExactTuple | OwnerEvidence.SharedSocket,
        ProcessId = 42,
        ProcessName = "curl",
    };

    [Theory]
    [InlineData("$args[0]")]
    [InlineData("[Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($args[0]))")]
    public void Every_value_is_text_or_a_number(string row)
    {
        PSObject record = Engine.Run($"{row} | ConvertTo-TrafficRecord", s_flow).Single();

        Assert.Equal(
            (Environment.MachineName, "Tcp", "2001:db8::1", "192.0.2.9", 443, 2.5, "ExactTuple, SharedSocket", "curl"),
            (
                Value("ComputerName"),
                Value("Protocol"),
                Value("LocalAddress"),
                Value("RemoteAddress"),
                Value("RemotePort"),
                Value("Duration"),
                Value("Evidence"),
                Value("Owner")
            )
        );
        Assert.Matches(@"^2026-11-23T10:11:12\.345678[+-]\d\d:\d\d$", (string)Value("CreationTime")!);
        Assert.Equal(
            s_time,
            DateTimeOffset.Parse((string)Value("CreationTime")!, System.Globalization.CultureInfo.InvariantCulture).LocalDateTime
        );
        Assert.All(
            record.Properties,
            property => Assert.True(property.Value is null or string or bool or int or long or double, property.Name)
        );

        object? Value(string name) => record.Properties[name].Value;
    }

    [Fact]
    public void Properties_can_be_left_out() =>
        Assert.Equal(
            ["LocalAddress", "LocalPort", "LocalPortName"],
            Engine
                .Run("$args[0] | ConvertTo-TrafficRecord -ExcludeProperty [a-km-z]*", s_flow)
                .Single()
                .Properties.Select(property => property.Name)
                .Where(name => name.StartsWith("Local", StringComparison.Ordinal))
        );

    [Fact]
    public void Totals_keep_their_categories() =>
        Assert.Equal(
            "NoSocket=7",
            Engine
                .Run(
                    "$args[0] | ConvertTo-TrafficRecord",
                    new TrafficStatistics { BytesByCategory = new CategoryBytes([new(TrafficCategory.NoSocket, 7)]) }
                )
                .Single()
                .Properties["BytesByCategory"]
                .Value
        );
}
