using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

/// <summary>struct sockaddr_nl (netlink(7)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SockAddrNl
{
    /// <summary>AF_NETLINK.</summary>
    public ushort Family;

    private readonly ushort _padding;

    /// <summary>The port id; 0 is the kernel.</summary>
    public uint PortId;

    /// <summary>The multicast groups.</summary>
    public uint Groups;
}

internal static partial class LibC
{
    /// <summary>connect(2) of a netlink socket.</summary>
    /// <returns>0, or -1 with errno.</returns>
    public static int Connect(SafeFileDescriptor socket, in SockAddrNl address) =>
        NativeCall.Checked("connect", NativeCall.IsFaulted("connect") ? -1 : Connect(socket, address, 12));

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(SafeFileDescriptor socket, in SockAddrNl address, uint length);
}
