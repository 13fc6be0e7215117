using System.Runtime.InteropServices;
using System.Text;
using ProcNet.Linux;
using ProcNet.Linux.Netlink;

namespace ProcNet.Tests.Linux;

public sealed class NetlinkSocketTests
{
    private const ushort NewLink = 16; // RTM_NEWLINK
    private const ushort GetLink = 18; // RTM_GETLINK
    private const ushort GetSocket = 20; // SOCK_DIAG_BY_FAMILY

    [Fact]
    public void A_dump_gives_every_answer_and_then_ends()
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);

        List<string> names = LinkNames(socket);

        Assert.Contains("lo", names);
        Assert.Equal(Directory.GetFileSystemEntries("/sys/class/net").Select(Path.GetFileName).Order(), names.Order());
        Assert.Equal(0, socket.Error);
        Assert.False(socket.Next(out _, out _));
    }

    [Fact]
    public void A_request_after_an_abandoned_dump_gets_its_own_answers()
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        socket.Send(GetLink, NetlinkFlags.Dump, new byte[16]);
        Assert.True(socket.Next(out _, out _));

        Assert.Contains("lo", LinkNames(socket));
    }

    [Fact]
    public void A_refused_request_has_an_error_number_and_no_answer()
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.SocketDiagnostics);
        byte[] body = new byte[56];
        body[0] = 2; // AF_INET
        body[1] = 250; // no such protocol

        socket.Send(GetSocket, NetlinkFlags.Dump, body);

        Assert.False(socket.Next(out _, out _));
        Assert.Equal(Errno.ENOENT, socket.Error);
        LinuxException error = Assert.Throws<LinuxException>(() => socket.ThrowOnError("tables"));
        Assert.Equal("tables: No such file or directory (errno 2)", error.Message);
    }

    [Fact]
    public void A_socket_of_another_namespace_goes_on_speaking_to_that_namespace()
    {
        using var space = new TemporaryNamespace();
        using NetlinkSocket socket = NetlinkSocket.OpenIn(space.Path, NetlinkProtocol.Route);

        Assert.Equal(["lo"], LinkNames(socket));
        Assert.Equal(["lo"], LinkNames(socket));
    }

    private static List<string> LinkNames(NetlinkSocket socket)
    {
        const int InterfaceInfoLength = 16; // struct ifinfomsg
        const ushort NameAttribute = 3; // IFLA_IFNAME
        var names = new List<string>();
        socket.Send(GetLink, NetlinkFlags.Dump, new byte[InterfaceInfoLength]);
        while (socket.Next(out ushort type, out ReadOnlySpan<byte> body))
        {
            Assert.Equal(NewLink, type);
            ReadOnlySpan<byte> rest = body[InterfaceInfoLength..];
            while (MemoryMarshal.Read<ushort>(rest[2..]) != NameAttribute)
            {
                rest = rest[((MemoryMarshal.Read<ushort>(rest) + 3) & ~3)..];
            }

            names.Add(Encoding.ASCII.GetString(rest[4..(MemoryMarshal.Read<ushort>(rest) - 1)]));
        }

        return names;
    }
}
