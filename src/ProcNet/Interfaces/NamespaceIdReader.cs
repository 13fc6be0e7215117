using System.Runtime.InteropServices;
using ProcNet.Linux;
using ProcNet.Linux.Namespaces;
using ProcNet.Linux.Native;
using ProcNet.Linux.Netlink;

namespace ProcNet.Interfaces;

/// <summary>
/// Asks by which number one network namespace knows another (RTM_GETNSID): the number that IFLA_LINK_NETNSID gives of an interface's parent
/// or peer. The kernel gives numbers itself, so that they can be believed where indexes and addresses, which each namespace chooses,
/// cannot.
/// </summary>
internal static class NamespaceIdReader
{
    // linux/rtnetlink.h, linux/net_namespace.h
    private const ushort NewId = 88;
    private const ushort GetId = 90;
    private const ushort IdAttribute = 1;
    private const ushort DescriptorAttribute = 3;

    /// <summary>Asks.</summary>
    /// <param name="herePath">The namespace that is asked.</param>
    /// <param name="therePath">The other one.</param>
    /// <returns>The number; null where it knows it by none, or one of them has gone or may not be entered.</returns>
    public static int? Read(string herePath, string therePath)
    {
        using SafeFileDescriptor there = LibC.OpenAt(LibC.CurrentDirectory, therePath, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        if (there.IsInvalid)
        {
            return null;
        }

        try
        {
            return herePath == NetworkNamespaceThread.OwnNamespacePath
                ? Ask(there)
                : NetworkNamespaceThread.Run(herePath, () => Ask(there));
        }
        catch (Exception e) when (e is LinuxException or ProcNetException { Error: ProcNetError.NetworkNamespaceUnavailable })
        {
            return null;
        }
    }

    private static int? Ask(SafeFileDescriptor there)
    {
        using var socket = new NetlinkSocket(NetlinkProtocol.Route);
        Span<byte> request = stackalloc byte[12]; // struct rtgenmsg, aligned, and one attribute
        request.Clear();
        MemoryMarshal.Write(request[4..], (ushort)8);
        MemoryMarshal.Write(request[6..], DescriptorAttribute);
        MemoryMarshal.Write(request[8..], (int)there.DangerousGetHandle());
        socket.Send(GetId, NetlinkFlags.None, request);
        int? id = null;
        while (socket.Next(out ushort type, out ReadOnlySpan<byte> body))
        {
            var attributes = new NetlinkAttributes(body[Math.Min(4, body.Length)..]);
            while (type == NewId && attributes.MoveNext())
            {
                if (
                    attributes.Type == IdAttribute
                    && attributes.Value.Length >= 4
                    && MemoryMarshal.Read<int>(attributes.Value) is >= 0 and int given
                )
                {
                    id = given;
                }
            }
        }

        return id;
    }
}
