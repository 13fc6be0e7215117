using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ProcNet.Linux.Namespaces;
using ProcNet.Linux.Native;

namespace ProcNet.Linux.Netlink;

/// <summary>
/// A netlink socket (netlink(7)): one request at a time, its answers read one by one out of a reused buffer.
/// It belongs to the network namespace of the thread that made it, whichever thread uses it later.
/// Not thread-safe: two threads that share one steal each other's answers.
/// </summary>
/// <example><code>
/// socket.Send(RTM_GETLINK, NetlinkFlags.Dump, body);
/// while (socket.Next(out ushort type, out ReadOnlySpan&lt;byte&gt; answer)) { … }
/// socket.ThrowOnError("RTM_GETLINK");   // and look at socket.WasInterrupted: ask again
/// </code></example>
internal sealed unsafe class NetlinkSocket : IDisposable
{
    private const int RawCloseOnExec = 3 | 0x80000; // SOCK_RAW | SOCK_CLOEXEC
    private const int HeaderLength = 16; // struct nlmsghdr
    private const ushort NoOperation = 1; // NLMSG_NOOP
    private const ushort ErrorMessage = 2; // NLMSG_ERROR
    private const ushort DoneMessage = 3; // NLMSG_DONE
    private const int NetlinkLevel = 270; // SOL_NETLINK
    private const int GetStrictCheck = 12; // NETLINK_GET_STRICT_CHK

    // The kernel fills up to 32 KiB a datagram when the reader offers that much (netlink_dump, net/netlink/af_netlink.c),
    // and cuts a datagram that does not fit without a word.
    private const int BufferLength = 65536;
    private const int LongestBody = 1024;

    private readonly SafeFileDescriptor _socket;

    // Pinned, so that recv(2) can be given its address for good.
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferLength, pinned: true);
    private readonly NetlinkProtocol _protocol;
    private uint _sequence = (uint)RandomNumberGenerator.GetInt32(int.MaxValue);
    private int _position;
    private int _end;
    private bool _busy;
    private bool _single;

    /// <summary>Opens a socket in the calling thread's network namespace.</summary>
    /// <exception cref="LinuxException">The kernel (or a sandbox) has no such netlink service.</exception>
    public NetlinkSocket(NetlinkProtocol protocol)
    {
        _protocol = protocol;
        _socket = LibC.Socket(AddressFamilies.Netlink, RawCloseOnExec, (int)protocol);
        if (_socket.IsInvalid)
        {
            throw LinuxException.FromLastCall($"socket netlink {protocol}");
        }

        // Connected to the kernel's port, the socket takes messages from nobody else: the kernel refuses other senders
        // (netlink_getsockbyportid, net/netlink/af_netlink.c). Until then it has no port id that anybody could send to.
        try
        {
            if (LibC.Connect(_socket, new SockAddrNl { Family = AddressFamilies.Netlink }) != 0)
            {
                throw LinuxException.FromLastCall($"connect netlink {protocol}");
            }
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>The error number that ended the last request; 0 for none. Final once <see cref="Next"/> gave false.</summary>
    public int Error { get; private set; }

    /// <summary>Whether the table changed while it was dumped (NLM_F_DUMP_INTR): rows may be missing, so ask again.</summary>
    public bool WasInterrupted { get; private set; }

    /// <summary>Opens a socket in another network namespace.</summary>
    /// <param name="namespacePath">For example <c>/proc/123/ns/net</c> or <c>/run/netns/blue</c>.</param>
    /// <param name="protocol">The service.</param>
    /// <exception cref="ProcNetException">The namespace does not exist or may not be entered.</exception>
    /// <exception cref="LinuxException">The kernel has no such netlink service.</exception>
    public static NetlinkSocket OpenIn(string namespacePath, NetlinkProtocol protocol) =>
        NetworkNamespaceThread.Run(namespacePath, () => new NetlinkSocket(protocol));

    /// <summary>
    /// Has the kernel heed what a request's header says (NETLINK_GET_STRICT_CHK), so that of a large table only what is meant
    /// comes.
    /// </summary>
    /// <returns>False where it cannot: before Linux 4.20.</returns>
    public bool TryCheckStrictly() => LibC.SetSocketOption((int)_socket.DangerousGetHandle(), NetlinkLevel, GetStrictCheck, 1) == 0;

    /// <summary>Sends a request. What is left of the answers to the one before is thrown away.</summary>
    /// <param name="type">The message type.</param>
    /// <param name="flags">Flags besides <see cref="NetlinkFlags.Request"/>, which is always set.</param>
    /// <param name="body">What follows the header: at most 1 KiB.</param>
    /// <exception cref="LinuxException">The kernel did not take it.</exception>
    public void Send(ushort type, NetlinkFlags flags, ReadOnlySpan<byte> body)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(body.Length, LongestBody);
        while (Next(out _, out _))
        {
            // While a dump is under way the kernel refuses the next one (EBUSY), so it is read to its end.
        }

        int length = HeaderLength + body.Length;
        byte* message = stackalloc byte[HeaderLength + LongestBody];
        *(uint*)message = (uint)length;
        *(ushort*)(message + 4) = type;
        *(ushort*)(message + 6) = (ushort)(flags | NetlinkFlags.Request);
        *(uint*)(message + 8) = ++_sequence;
        *(uint*)(message + 12) = 0; // nlmsg_pid: the kernel fills it
        body.CopyTo(new Span<byte>(message + HeaderLength, LongestBody));

        Error = 0;
        WasInterrupted = false;
        _single = (flags & (NetlinkFlags.Dump | NetlinkFlags.Acknowledge)) == 0;
        while (LibC.Send(_socket, message, (nuint)length, 0) < 0)
        {
            if (Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                throw LinuxException.FromLastCall($"send netlink {_protocol}");
            }
        }

        _busy = true;
    }

    /// <summary>The next answer to the request.</summary>
    /// <param name="type">Its message type.</param>
    /// <param name="body">What follows its header; stands until the next call.</param>
    /// <returns>False at the end: look at <see cref="Error"/> and <see cref="WasInterrupted"/> then.</returns>
    /// <exception cref="LinuxException">The socket broke, or an answer is cut.</exception>
    public bool Next(out ushort type, out ReadOnlySpan<byte> body)
    {
        while (_busy)
        {
            if (_position >= _end)
            {
                Fill();
            }

            ReadOnlySpan<byte> rest = _buffer.AsSpan(_position, _end - _position);
            if (rest.Length < HeaderLength)
            {
                throw Cut();
            }

            uint length = MemoryMarshal.Read<uint>(rest);
            if (length < HeaderLength || length > (uint)rest.Length)
            {
                throw Cut();
            }

            type = MemoryMarshal.Read<ushort>(rest[4..]);
            var flags = (NetlinkFlags)MemoryMarshal.Read<ushort>(rest[6..]);
            uint sequence = MemoryMarshal.Read<uint>(rest[8..]);
            body = rest[HeaderLength..(int)length];
            _position = Math.Min(_end, _position + (int)((length + 3) & ~3u)); // NLMSG_ALIGN
            if (sequence != _sequence || type == NoOperation)
            {
                continue;
            }

            WasInterrupted |= (flags & NetlinkFlags.DumpInterrupted) != 0;
            if (type is ErrorMessage or DoneMessage)
            {
                // Both begin with 0 or a negative errno.
                Finish(body.Length >= 4 ? -MemoryMarshal.Read<int>(body) : 0);
                break;
            }

            if (_single && (flags & NetlinkFlags.Multipart) == 0)
            {
                Finish(0);
            }

            return true;
        }

        type = 0;
        body = default;
        return false;
    }

    /// <summary>Throws where the last request ended with an error.</summary>
    /// <param name="what">The request, for the message.</param>
    /// <exception cref="LinuxException">It did.</exception>
    public void ThrowOnError(string what)
    {
        if (Error != 0)
        {
            throw new LinuxException(what, Error);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _busy = false;
        _socket.Dispose();
    }

    private void Finish(int error)
    {
        Error = error;
        _busy = false;
        _position = _end;
    }

    private void Fill()
    {
        nint length;
        fixed (byte* buffer = _buffer)
        {
            do
            {
                length = LibC.Receive(_socket, buffer, BufferLength, LibC.TellRealLength);
            } while (length < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        }

        if (length <= 0)
        {
            _busy = false;
            throw LinuxException.FromLastCall($"recv netlink {_protocol}");
        }

        if (length > BufferLength)
        {
            throw Cut();
        }

        _position = 0;
        _end = (int)length;
    }

    private LinuxException Cut()
    {
        _busy = false;
        return new LinuxException($"netlink {_protocol}: an answer is cut", Errno.EMSGSIZE);
    }
}
