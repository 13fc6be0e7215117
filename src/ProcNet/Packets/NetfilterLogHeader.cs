using System.Buffers.Binary;
using ProcNet.Linux.Native;

namespace ProcNet.Packets;

/// <summary>
/// Finds the packet in what Linux's netfilter logged (capture device nflog): a family, a version and a group, then attributes,
/// whose lengths and types are in the byte order of the machine that captured (https://www.tcpdump.org/linktypes/LINKTYPE_NFLOG.html).
/// </summary>
internal static class NetfilterLogHeader
{
    private const int HeaderLength = 4;
    private const int AttributeHeaderLength = 4;
    private const ushort Payload = 9;

    // More attributes than the kernel writes (linux/netfilter/nfnetlink_log.h has some twenty): a hostile file cannot make us walk.
    private const int MaxAttributes = 64;

    /// <summary>Reads the header and its attributes.</summary>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="etherType">What was logged, as an EtherType; 0 where it is neither IPv4 nor IPv6.</param>
    /// <param name="offset">Where it begins.</param>
    /// <returns>False where the attributes are cut short or contradict themselves.</returns>
    public static bool TryParse(ReadOnlySpan<byte> frame, out ushort etherType, out int offset)
    {
        etherType = 0;
        offset = HeaderLength;
        if (frame.Length < HeaderLength)
        {
            return false;
        }

        for (int walked = 0; walked < MaxAttributes && frame.Length >= offset + AttributeHeaderLength; walked++)
        {
            ushort length = BinaryPrimitives.ReadUInt16LittleEndian(frame[offset..]);
            ushort type = BinaryPrimitives.ReadUInt16LittleEndian(frame[(offset + 2)..]);
            if (type > byte.MaxValue)
            {
                // All types are below 256, so that either order is told apart.
                length = BinaryPrimitives.ReverseEndianness(length);
                type = BinaryPrimitives.ReverseEndianness(type);
            }

            if (length < AttributeHeaderLength)
            {
                return false;
            }

            if (type == Payload)
            {
                etherType = frame[0] switch
                {
                    AddressFamilies.Inet => LinkHeader.IPv4,
                    AddressFamilies.Inet6 => LinkHeader.IPv6,
                    _ => 0,
                };
                offset += AttributeHeaderLength;
                return true;
            }

            offset += (length + 3) & ~3;
        }

        offset = Math.Min(offset, frame.Length);
        return false;
    }
}
