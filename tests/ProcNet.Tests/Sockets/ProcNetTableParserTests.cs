using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using CsCheck;
using ProcNet.Addresses;
using ProcNet.Sockets;

namespace ProcNet.Tests.Sockets;

public sealed class ProcNetTableParserTests
{
    [Theory]
    [InlineData(
        "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000003 00:00000000 00000000  1000        0 12396 1 0000000000000000 100 0 0 10 0                     ",
        TransportProtocol.Tcp,
        "127.0.0.1",
        8080,
        "0.0.0.0",
        0,
        ConnectionState.Listen,
        12396,
        1000,
        0,
        3
    )]
    [InlineData(
        "12345: 0F02000A:0016 0202000A:E3AC 01 00000024:00000000 01:00000014 00000000     0        0 20513 4 0000000000000000 20 4 31 10 -1",
        TransportProtocol.Tcp,
        "10.0.2.15",
        22,
        "10.0.2.2",
        58284,
        ConnectionState.Established,
        20513,
        0,
        36,
        0
    )]
    [InlineData(
        "   1: 0000000000000000FFFF00000100007F:0050 0000000000000000FFFF00000200007F:C350 06 00000000:00000000 03:00001770 00000000     0        0 0 3 0000000000000000",
        TransportProtocol.Tcp,
        "127.0.0.1",
        80,
        "127.0.0.2",
        50000,
        ConnectionState.TimeWait,
        0,
        0,
        0,
        0
    )]
    [InlineData(
        "   2: B80D01200000000000000000010000 00:1F90 0:0 0A", // an address with a blank in it
        TransportProtocol.None,
        "",
        0,
        "",
        0,
        ConnectionState.Unknown,
        0,
        0,
        0,
        0
    )]
    [InlineData(
        " 2345: 000080FE00000000FF005450B6AD1DFE:0222 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 17842 2 0000000000000000 0",
        TransportProtocol.Udp,
        "fe80::5054:ff:fe1d:adb6",
        546,
        "::",
        0,
        ConnectionState.Closed,
        17842,
        0,
        0,
        0
    )]
    [InlineData(
        "    1: 00000000:0001 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 33445 2 0000000000000000 0",
        TransportProtocol.Raw,
        "0.0.0.0",
        1,
        "0.0.0.0",
        0,
        ConnectionState.Closed,
        33445,
        0,
        0,
        0
    )]
    [InlineData(
        "2: 9707A8C0:8BB9 0C7CB5DC:0050 02 00000001:00000000 01:00000166 00000002 1000 0 5243074",
        TransportProtocol.Tcp,
        "192.168.7.151",
        35769,
        "220.181.124.12",
        80,
        ConnectionState.SynSent,
        5243074,
        1000,
        1,
        0
    )]
    public void RealRows(
        string line,
        TransportProtocol protocol,
        string local,
        int localPort,
        string remote,
        int remotePort,
        ConnectionState state,
        long inode,
        long userId,
        long sendQueue,
        long receiveQueue
    )
    {
        bool isRow = ProcNetTableParser.TryParse(Encoding.ASCII.GetBytes(line), protocol, out SocketRow row);

        Assert.Equal(protocol != TransportProtocol.None, isRow);
        if (isRow)
        {
            Assert.Equal(
                (protocol, local, localPort, remote, remotePort, state),
                (row.Protocol, row.Local.ToString(), row.LocalPort, row.Remote.ToString(), row.RemotePort, row.State)
            );
            Assert.Equal((inode, userId, sendQueue, receiveQueue), (row.Inode, row.UserId, row.SendQueue, row.ReceiveQueue));
        }
    }

    [Fact]
    public void Whatever_the_kernel_prints_comes_back() =>
        s_row.Sample(expected =>
        {
            Assert.True(ProcNetTableParser.TryParse(Encoding.ASCII.GetBytes(Print(expected)), TransportProtocol.Udp, out SocketRow row));
            Assert.Equal(expected, row);
        });

    [Fact]
    public void Whatever_else_comes_is_a_row_or_not() =>
        Gen.String[Gen.Char["0123456789ABCDEFabcdefgz: -\t"], 0, 160]
            .Sample(text =>
                ProcNetTableParser.TryParse(Encoding.ASCII.GetBytes(text), TransportProtocol.Tcp, out SocketRow row)
                    ? row.Family != AddressFamily.Unspecified
                    : true
            );

    [Theory]
    [InlineData("tcp", TransportProtocol.Tcp)]
    [InlineData("/tmp/udp/proc_net_tcp.txt", TransportProtocol.Tcp)]
    [InlineData("host1-udp6.saved", TransportProtocol.Udp)]
    [InlineData("/x/UDPLite", TransportProtocol.UdpLite)]
    [InlineData("raw6", TransportProtocol.Raw)]
    [InlineData("icmp6", TransportProtocol.IcmpV6)]
    [InlineData("table.txt", null)]
    [InlineData("tcpdump.txt", null)]
    public void The_name_of_a_file_tells_its_protocol(string path, TransportProtocol? expected) =>
        Assert.Equal(expected, ProcNetTableName.ProtocolOf(path));

    private static readonly Gen<SocketRow> s_row =
        from isIPv6 in Gen.Bool
        from addresses in Gen.ULong.Array[4]
        from ports in Gen.UShort.Array[2]
        from state in Gen.OneOfConst(ConnectionState.Established, ConnectionState.Closed, ConnectionState.Listen, ConnectionState.Bound)
        from numbers in Gen.UInt.Array[4]
        select new SocketRow
        {
            Protocol = TransportProtocol.Udp,
            Family = isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork,
            Local = isIPv6 ? new AddressValue(addresses[0], addresses[1]) : AddressValue.FromIPv4((uint)addresses[0]),
            Remote = isIPv6 ? new AddressValue(addresses[2], addresses[3]) : AddressValue.FromIPv4((uint)addresses[2]),
            LocalPort = ports[0],
            RemotePort = ports[1],
            State = state,
            SendQueue = numbers[0],
            ReceiveQueue = numbers[1],
            UserId = numbers[2],
            Inode = numbers[3],
        };

    // As the kernel's formats do: "%5d: %08X:%04X %08X:%04X %02X %08X:%08X %02X:%08lX %08X %5u %8d %lu %d %pK %d"
    private static string Print(SocketRow row) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{17, 5}: {Hex(row.Local, row.Family)}:{row.LocalPort:X4} {Hex(row.Remote, row.Family)}:{row.RemotePort:X4} {(int)row.State:X2} {row.SendQueue:X8}:{row.ReceiveQueue:X8} 00:00000000 00000000 {row.UserId, 5} {0, 8} {row.Inode} 2 0000000000000000 0"
        );

    private static string Hex(AddressValue address, AddressFamily family)
    {
        IPAddress ip = address.ToIPAddress();
        byte[] bytes = (family == AddressFamily.InterNetworkV6 ? ip.MapToIPv6() : ip).GetAddressBytes();
        var text = new StringBuilder();
        for (int i = 0; i < bytes.Length; i += 4)
        {
            text.Append(CultureInfo.InvariantCulture, $"{BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(i)):X8}");
        }

        return text.ToString();
    }
}
