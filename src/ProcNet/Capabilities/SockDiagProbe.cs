using System.Net.Sockets;
using ProcNet.Linux;
using ProcNet.Sockets;

namespace ProcNet.Capabilities;

/// <summary>Whether the kernel answers queries about sockets (NETLINK_SOCK_DIAG, sock_diag(7)).</summary>
internal sealed class SockDiagProbe : ICapabilityProbe
{
    /// <inheritdoc/>
    public CapabilityResult Probe()
    {
        try
        {
            using SockDiag diag = new();
            return diag.Begin(TransportProtocol.Tcp, AddressFamily.InterNetwork, default)
                ? Result(true, "The kernel answers queries about sockets.")
                : Result(false, $"The kernel does not answer: {new LinuxException("sock_diag", diag.Error).Message}.");
        }
        catch (LinuxException failure)
        {
            return Result(false, $"The kernel does not answer: {failure.Message}.");
        }
    }

    private static CapabilityResult Result(bool available, string detail) =>
        new()
        {
            Name = "SockDiag",
            Available = available,
            Detail = detail,
            Impact = available
                ? null
                : "Sockets are read from /proc/net instead: slower, and short-lived connections may lose their owner.",
            Remedy = available
                ? null
                : "Load the kernel modules: modprobe -a tcp_diag udp_diag raw_diag. A container's seccomp profile may also forbid it.",
        };
}
