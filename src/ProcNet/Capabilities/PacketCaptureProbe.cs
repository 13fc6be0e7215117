using System.Net.Sockets;
using ProcNet.Sources;

namespace ProcNet.Capabilities;

/// <summary>Whether libpcap is there, and whether this user may open a packet socket.</summary>
/// <param name="library">Loads the capture library.</param>
internal sealed class PacketCaptureProbe(Func<ICaptureLibrary> library) : ICapabilityProbe
{
    private const string Impact =
        "No packets can be captured: what is measured live needs the kernel feed (-Source Kernel). Savefiles can be read.";

    /// <inheritdoc/>
    public CapabilityResult Probe()
    {
        try
        {
            string version = library().Version;
            return MayCapture()
                ? Result(true, $"{version}; this user may capture.", null)
                : Result(
                    false,
                    $"{version}; this user may not open a packet socket: CAP_NET_RAW is missing.",
                    "Run as root (sudo pwsh), or give this one session the capability: "
                        + "sudo setpriv --reuid $(id -u) --regid $(id -g) --init-groups --inh-caps +net_raw --ambient-caps +net_raw pwsh. "
                        + "Do not put capabilities on the pwsh file itself: every script of every user would have them."
                );
        }
        catch (ProcNetException failure)
        {
            return Result(false, failure.Message, failure.Remedy);
        }
    }

    // Tried, not deduced from a capability's bit: a container's seccomp profile may refuse what the bit allows.
    // With protocol 0 the socket receives nothing (packet(7)).
    private static bool MayCapture()
    {
        try
        {
            using Socket socket = new(AddressFamily.Packet, SocketType.Raw, ProtocolType.Unspecified);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static CapabilityResult Result(bool available, string detail, string? remedy) =>
        new()
        {
            Name = "PacketCapture",
            Available = available,
            Detail = detail,
            Impact = available ? null : Impact,
            Remedy = remedy,
        };
}
