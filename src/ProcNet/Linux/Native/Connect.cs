using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

internal static unsafe partial class LibC
{
    /// <summary>
    /// connect(2) of a netlink socket to the kernel (port 0): it gets a port of its own, and from then on the kernel refuses what anybody else sends to it
    /// (netlink_getsockbyportid, net/netlink/af_netlink.c).
    /// </summary>
    /// <returns>0, or -1 with errno.</returns>
    public static int ConnectToKernel(SafeFileDescriptor socket)
    {
        byte* address = stackalloc byte[12]; // struct sockaddr_nl
        new Span<byte>(address, 12).Clear();
        *(ushort*)address = AddressFamilies.Netlink;
        return Connect(socket, address, 12);
    }

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(SafeFileDescriptor socket, byte* address, uint length);
}
