using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using ProcNet.Linux.Native;
using ProcNet.Linux.Netlink;

namespace ProcNet.Linux.Namespaces;

/// <summary>
/// A network namespace that nobody else has, with a loopback interface that is up. It ends with this object and what uses
/// it.
/// </summary>
internal sealed class OwnNetworkNamespace : IDisposable
{
    private const int LoopbackIndex = 1;
    private const uint Up = 1; // IFF_UP
    private const ushort NewLink = 16; // RTM_NEWLINK

    private readonly SafeFileDescriptor _namespace;

    private OwnNetworkNamespace(SafeFileDescriptor descriptor) => _namespace = descriptor;

    /// <summary>A way into it, for as long as this object lives.</summary>
    public string Path =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{(int)_namespace.DangerousGetHandle()}");

    /// <summary>Makes one.</summary>
    /// <exception cref="LinuxException">This user may not, or the kernel has none.</exception>
    public static OwnNetworkNamespace Make()
    {
        OwnNetworkNamespace? made = null;
        ExceptionDispatchInfo? failure = null;

        // A thread of its own, which ends in it: there is no sure way back for one.
        var thread = new Thread(() =>
        {
            try
            {
                made = Enter();
            }
#pragma warning disable CA1031 // Whatever it is goes on to the caller's thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            IsBackground = true,
            Name = "ProcNet own namespace",
        };
        ResourceShortage.StartThread(thread);
        thread.Join();
        failure?.Throw();
        return made!;
    }

    /// <inheritdoc/>
    public void Dispose() => _namespace.Dispose();

    private static OwnNetworkNamespace Enter()
    {
        if (LibC.Unshare(LibC.NetworkNamespaceType) != 0)
        {
            throw LinuxException.FromLastCall("unshare");
        }

        // struct ifinfomsg: family, pad, type, index, flags, change.
        Span<byte> link = stackalloc byte[16];
        link.Clear();
        MemoryMarshal.Write(link[4..], LoopbackIndex);
        MemoryMarshal.Write(link[8..], Up);
        MemoryMarshal.Write(link[12..], Up);
        using (var netlink = new NetlinkSocket(NetlinkProtocol.Route))
        {
            netlink.Send(NewLink, NetlinkFlags.Acknowledge, link);
            while (netlink.Next(out _, out _)) { }
            netlink.ThrowOnError("RTM_NEWLINK lo");
        }

        SafeFileDescriptor descriptor = LibC.OpenAt(
            LibC.CurrentDirectory,
            NetworkNamespaceThread.OwnNamespacePath,
            OpenFlags.ReadOnly | OpenFlags.CloseOnExec
        );
        return descriptor.IsInvalid ? throw LinuxException.FromLastCall("open namespace") : new OwnNetworkNamespace(descriptor);
    }
}
