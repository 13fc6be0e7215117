using System.Net;
using System.Net.Sockets;

namespace ProcNet.PowerShell.Tests;

/// <summary>Records survive jobs, remoting and Export-Clixml: each property comes back as the value of the type that it had.</summary>
public sealed class SerializationTests : IDisposable
{
    private readonly Engine _engine = new();

    private static readonly DateTime s_time = new(2026, 11, 23, 10, 11, 12, DateTimeKind.Local);

    public static TheoryData<object> Records =>
        [
            new ProcSocket
            {
                ProcessId = 42,
                ProcessName = "curl",
                UserName = "me",
                FileDescriptor = 7,
                Inode = 4711,
                NetworkNamespace = 4026531840,
                ProcessStartTime = s_time,
            },
            new NetConnection
            {
                Protocol = TransportProtocol.Tcp,
                AddressFamily = AddressFamily.InterNetworkV6,
                LocalAddress = IPAddress.Parse("2001:db8::1"),
                LocalPort = 443,
                RemoteAddress = IPAddress.Parse("192.0.2.9"),
                RemotePort = 50000,
                State = ConnectionState.Established,
                Inode = 4711,
                UserId = 1000,
                UserName = "me",
                OwningProcess = 42,
                ProcessName = "curl",
                Source = "sock_diag",
            },
            new TrafficFlow
            {
                Protocol = TransportProtocol.Udp,
                LocalAddress = IPAddress.Loopback,
                LocalPort = 53,
                RemoteAddress = IPAddress.IPv6Loopback,
                RemotePort = 5353,
                SentBytes = long.MaxValue - 1,
                ReceivedBytes = 1,
                CreationTime = s_time,
                LastPacketTime = s_time.AddSeconds(3),
                Duration = TimeSpan.FromSeconds(3),
                Category = TrafficCategory.Process,
                Evidence = OwnerEvidence.ExactTuple | OwnerEvidence.SharedSocket,
                ProcessId = 42,
                SharedWith = "42 43",
                OwnerSince = s_time,
            },
            new ProcessTraffic
            {
                ProcessId = 42,
                ProcessName = "curl",
                SentBytes = 5,
                ReceivedBytes = 7,
                FlowCount = 2,
                Timestamp = s_time,
                Duration = TimeSpan.FromSeconds(10),
                HasExited = false,
            },
            new ProcessTraffic
            {
                Category = TrafficCategory.NoSocket,
                Reason = "No socket.",
                ReceivedBytes = 7,
                Timestamp = s_time,
            },
            new TrafficStatistics
            {
                Packets = 3,
                Bytes = 4,
                Duration = TimeSpan.FromSeconds(1),
            },
            new CapabilityResult
            {
                Name = "PacketCapture",
                Available = true,
                Detail = "fine",
            },
            new Notice(NoticeKind.PacketsDropped, "dropped"),
        ];

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_comes_back_with_all_its_values(object record)
    {
        ArgumentNullException.ThrowIfNull(record);

        // In a runspace, as a job's or a remote session's results are: it knows which types to build again.
        PSObject copy = _engine
            .Run("[Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($args[0]))", record)
            .Single();

        Assert.Contains("Deserialized." + record.GetType().FullName, copy.TypeNames);
        foreach (PSPropertyInfo property in new PSObject(record).Properties)
        {
            object? before = property.Value;
            object? after = copy.Properties[property.Name].Value is PSObject wrapped
                ? wrapped.BaseObject
                : copy.Properties[property.Name].Value;
            switch (before)
            {
                // Enumerations come back as their names; ToString is what is compared with them in scripts.
                case Enum:
                    Assert.Equal(before.ToString(), copy.Properties[property.Name].Value.ToString());
                    break;
                case System.Collections.IDictionary:
                    break;
                default:
                    Assert.True(Equals(before, after), $"{property.Name}: {before?.GetType()} {after?.GetType()}");
                    break;
            }
        }
    }

    public void Dispose() => _engine.Dispose();

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_is_flat(object record)
    {
        ArgumentNullException.ThrowIfNull(record);
        if (record is TrafficStatistics)
        {
            // Not a row: its bytes by category are a table of their own.
            return;
        }

        // What Export-Csv can write in one cell and Sort-Object or Where-Object can use.
        foreach (System.Reflection.PropertyInfo property in record.GetType().GetProperties())
        {
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            Assert.True(
                type.IsPrimitive
                    || type.IsEnum
                    || type == typeof(string)
                    || type == typeof(DateTime)
                    || type == typeof(TimeSpan)
                    || type == typeof(IPAddress),
                $"{property.Name} is of type {type}."
            );
        }
    }

    [Theory]
    [MemberData(nameof(Records))]
    public void A_record_cannot_be_changed(object record)
    {
        ArgumentNullException.ThrowIfNull(record);
        Assert.All(
            record.GetType().GetProperties(),
            property => Assert.True(property.SetMethod is null || !property.SetMethod.IsPublic || record is Notice, property.Name)
        );
    }
}
