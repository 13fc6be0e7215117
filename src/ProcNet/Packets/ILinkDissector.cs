
namespace ProcNet.Packets;

/// <summary>Finds the IP header in a frame, for link types outside the fast path.</summary>
internal interface ILinkDissector
{
    /// <summary>The offset of the IP header in the frame, or -1 where the frame is not IP.</summary>
    int FindIP(ReadOnlySpan<byte> frame);
}
