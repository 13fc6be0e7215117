using System.Runtime.InteropServices;
using System.Text;
using ProcNet.Linux;
using ProcNet.Linux.Native;
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
    public void Nobody_but_the_kernel_can_send_to_it()
    {
        HashSet<string> before = [.. OwnPorts()];
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        uint port = uint.Parse(Assert.Single(OwnPorts().Except(before)), System.Globalization.CultureInfo.InvariantCulture);
        using SafeFileDescriptor stranger = LibC.Socket(AddressFamilies.Netlink, 3, (int)NetlinkProtocol.Route);
        Assert.Equal(0, LibC.Connect(stranger, new SockAddrNl { Family = AddressFamilies.Netlink, PortId = port }));

        int sent = SendJunk(stranger, out int error);

        Assert.Equal((-1, ConnectionRefused), (sent, error));
        Assert.Contains("lo", LinkNames(socket));
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

    private const int ConnectionRefused = 111; // ECONNREFUSED

    private static unsafe int SendJunk(SafeFileDescriptor socket, out int error)
    {
        byte* junk = stackalloc byte[8];
        int sent = (int)LibC.Send(socket, junk, 8, 0);
        error = Marshal.GetLastPInvokeError();
        return sent;
    }

    /// <summary>
    /// The port ids of this process's rtnetlink sockets (the third column of /proc/net/netlink; the second is the protocol, the
    /// last the inode).
    /// </summary>
    private static IEnumerable<string> OwnPorts()
    {
        HashSet<string> own =
        [
            .. Directory
                .GetFileSystemEntries("/proc/self/fd")
                .Select(TargetOf)
                .Where(target => target.StartsWith("socket:[", StringComparison.Ordinal)),
        ];
        return
        [
            .. from line in File.ReadLines("/proc/net/netlink").Skip(1)
            let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            where words[1] == "0" && own.Contains($"socket:[{words[^1]}]")
            select words[2],
        ];
    }

    private static string TargetOf(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, false)?.Name ?? "";
        }
        catch (FileNotFoundException)
        {
            return "";
        }
    }
}
