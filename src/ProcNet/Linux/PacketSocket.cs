using ProcNet.Linux.Native;

namespace ProcNet.Linux;

/// <summary>Options of packet sockets (packet(7)).</summary>
internal static class PacketSocket
{
    private const int SolPacket = 263;
    private const int PacketIgnoreOutgoing = 23; // linux/if_packet.h

    /// <summary>
    /// Has the kernel not offer what the machine sends. On a loopback interface nothing is lost by it: each packet that goes out there
    /// comes in again, and the kernel would offer both.
    /// </summary>
    /// <param name="descriptor">The packet socket.</param>
    /// <returns>False where the kernel knows no such option (before 4.20).</returns>
    public static bool TryIgnoreOutgoing(int descriptor) => LibC.SetSocketOption(descriptor, SolPacket, PacketIgnoreOutgoing, 1) == 0;
}
