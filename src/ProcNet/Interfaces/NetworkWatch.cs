using System.Runtime.InteropServices;
using ProcNet.Addresses;
using ProcNet.Linux;
using ProcNet.Linux.Namespaces;
using ProcNet.Linux.Native;

namespace ProcNet.Interfaces;

/// <summary>
/// Hears of interfaces and addresses of a network namespace that come and go, as the kernel tells of them (rtnetlink(7)). The socket takes
/// what the kernel says, and from nobody else.
/// </summary>
internal sealed unsafe class NetworkWatch : IDisposable
{
    private const int RawCloseOnExec = 3 | 0x80000; // SOCK_RAW | SOCK_CLOEXEC
    private const int SolNetlink = 270;
    private const int AddMembership = 1; // NETLINK_ADD_MEMBERSHIP
    private const int DoNotWait = 0x40; // MSG_DONTWAIT
    private const int BufferLength = 65536;
    private const int HeaderLength = 16; // struct nlmsghdr
    private const ushort NewLink = 16;
    private const ushort DeleteLink = 17;
    private const ushort NewAddress = 20;
    private const ushort DeleteAddress = 21;

    // RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR
    private static readonly int[] s_groups = [1, 5, 9];

    private readonly SafeFileDescriptor _socket;
    private readonly Action _onLinks;
    private readonly Action<AddressValue> _onAddress;
    private readonly WakeEvent _stop;
    private readonly PollSet _polls;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferLength, pinned: true);
    private readonly Thread _thread;
    private bool _isDisposed;

    private NetworkWatch(SafeFileDescriptor socket, WakeEvent stop, Action onLinks, Action<AddressValue> onAddress)
    {
        _socket = socket;
        _stop = stop;
        _onLinks = onLinks;
        _onAddress = onAddress;
        _polls = new PollSet([(int)socket.DangerousGetHandle()], stop);
        _thread = new Thread(Run, 256 * 1024) { IsBackground = true, Name = "ProcNet network watch" };
    }

    /// <summary>Begins to listen; null where the kernel or a sandbox does not tell.</summary>
    /// <param name="namespacePath">The network namespace; null for the calling thread's.</param>
    /// <param name="onLinks">Is called, on a thread of this watch, when interfaces may have changed.</param>
    /// <param name="onAddress">Is called, on the same thread, with an address that came or went.</param>
    public static NetworkWatch? TryStart(string? namespacePath, Action onLinks, Action<AddressValue> onAddress)
    {
        SafeFileDescriptor? socket = namespacePath is null ? TryOpen() : NetworkNamespaceThread.Run(namespacePath, TryOpen);
        if (socket is null)
        {
            return null;
        }

        WakeEvent? stop = null;
        try
        {
            stop = new WakeEvent();
            var watch = new NetworkWatch(socket, stop, onLinks, onAddress);
            ResourceShortage.StartThread(watch._thread);
            return watch;
        }
        catch
        {
            stop?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        _stop.Signal();
        if (Thread.CurrentThread != _thread)
        {
            _thread.Join();
        }

        _socket.Dispose();
        _stop.Dispose();
    }

    private static SafeFileDescriptor? TryOpen()
    {
        SafeFileDescriptor socket = LibC.Socket(AddressFamilies.Netlink, RawCloseOnExec, 0);
        try
        {
            if (Subscribe(socket))
            {
                return socket;
            }
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        socket.Dispose();
        return null;
    }

    private static bool Subscribe(SafeFileDescriptor socket)
    {
        if (socket.IsInvalid || LibC.Connect(socket, new SockAddrNl { Family = AddressFamilies.Netlink }) != 0)
        {
            return false;
        }

        foreach (int group in s_groups)
        {
            if (LibC.SetSocketOption((int)socket.DangerousGetHandle(), SolNetlink, AddMembership, group) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private void Run()
    {
        while (true)
        {
            _polls.Wait(-1);
            if (_polls.IsWoken)
            {
                return;
            }

            bool isChanged = false;
            while (true)
            {
                nint length;
                fixed (byte* buffer = _buffer)
                {
                    length = LibC.Receive(_socket, buffer, BufferLength, DoNotWait);
                }

                if (length < 0)
                {
                    int error = Marshal.GetLastPInvokeError();
                    if (error == Errno.EINTR)
                    {
                        continue;
                    }

                    // More than there was room for (ENOBUFS): something changed.
                    isChanged |= error == Errno.ENOBUFS;
                    break;
                }

                isChanged |= Read(_buffer.AsSpan(0, (int)Math.Min(length, BufferLength)));
            }

            if (isChanged)
            {
                _onLinks();
            }
        }
    }

    /// <summary>Reads a datagram.</summary>
    /// <returns>Whether it tells of interfaces.</returns>
    private bool Read(ReadOnlySpan<byte> datagram)
    {
        bool isOfLinks = false;
        while (datagram.Length >= HeaderLength)
        {
            uint length = MemoryMarshal.Read<uint>(datagram);
            if (length < HeaderLength || length > (uint)datagram.Length)
            {
                return true;
            }

            ushort type = MemoryMarshal.Read<ushort>(datagram[4..]);
            isOfLinks |= type is NewLink or DeleteLink;
            if (type is NewAddress or DeleteAddress && InterfaceReader.ReadAddress(datagram[HeaderLength..(int)length]) is { } address)
            {
                _onAddress(address.Address);
            }

            datagram = datagram[(int)Math.Min((length + 3) & ~3u, (uint)datagram.Length)..];
        }

        return isOfLinks;
    }
}
