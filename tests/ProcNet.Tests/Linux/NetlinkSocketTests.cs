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
    public void ADumpGivesEveryAnswerAndThenEnds()
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);

        List<string> names = LinkNames(socket);

        Assert.Contains("lo", names);
        Assert.Equal(Directory.GetFileSystemEntries("/sys/class/net").Select(Path.GetFileName).Order(), names.Order());
        Assert.Equal(0, socket.Error);
        Assert.False(socket.Next(out _, out _));
    }

    [Fact]
    public void ARequestAfterAnAbandonedDumpGetsItsOwnAnswers()
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        socket.Send(GetLink, NetlinkFlags.Dump, new byte[16]);
        Assert.True(socket.Next(out _, out _));

        Assert.Contains("lo", LinkNames(socket));
    }

    [Fact]
    public void ARefusedRequestHasAnErrorNumberAndNoAnswer()
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.SocketDiagnostics);
        byte[] body = new byte[56];
        body[0] = 2; // AF_INET
        body[1] = 250; // no such protocol

        socket.Send(GetSocket, NetlinkFlags.Dump, body);

        Assert.False(socket.Next(out _, out _));
        Assert.Equal(Errno.NoEntry, socket.Error);
        LinuxException error = Assert.Throws<LinuxException>(() => socket.ThrowOnError("tables"));
        Assert.Equal("tables: No such file or directory (errno 2)", error.Message);
    }

    [Fact]
    public void ASocketOfAnotherNamespaceGoesOnSpeakingToThatNamespace()
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
