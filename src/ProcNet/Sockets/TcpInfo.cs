using System.Runtime.InteropServices;
using System.Text;
using ProcNet.Linux.Netlink;
using ProcNet.Text;

namespace ProcNet.Sockets;

/// <summary>Reads struct tcp_info (include/uapi/linux/tcp.h), which only ever grew at its end.</summary>
internal static class TcpInfo
{
    /// <summary>INET_DIAG_INFO and INET_DIAG_CONG as bits of a request's extensions.</summary>
    public const byte Extensions = (1 << (InfoAttribute - 1)) | (1 << (CongestionAttribute - 1));

    private const ushort InfoAttribute = 2;
    private const ushort CongestionAttribute = 4;

    // ~0: the kernel does not pace.
    private const ulong Unlimited = ulong.MaxValue;
    private const uint UnknownMinimum = uint.MaxValue;

    /// <summary>Reads the attributes of an answer; null where the details are not among them.</summary>
    public static TcpDetails? Read(ReadOnlySpan<byte> attributes)
    {
        ReadOnlySpan<byte> info = default;
        string? algorithm = null;
        NetlinkAttributes walk = new(attributes);
        while (walk.MoveNext())
        {
            if (walk.Type == InfoAttribute)
            {
                info = walk.Value;
            }
            else if (walk.Type == CongestionAttribute)
            {
                algorithm = OutsideText.Sanitize(Encoding.UTF8.GetString(walk.Value.TrimEnd((byte)0)));
            }
        }

        // The first version of the structure ends with tcpi_total_retrans.
        const int ShortestLength = 104;
        if (info.Length < ShortestLength)
        {
            return null;
        }

        uint roundTrip = Word(info, 68);
        return new TcpDetails
        {
            RoundTripTime = roundTrip == 0 ? null : TimeSpan.FromMicroseconds(roundTrip),
            RoundTripVariation = roundTrip == 0 ? null : TimeSpan.FromMicroseconds(Word(info, 72)),
            MinRoundTripTime =
                info.Length >= 152 && Word(info, 148) is > 0 and < UnknownMinimum and uint least ? TimeSpan.FromMicroseconds(least) : null,
            Retransmits = Word(info, 100),
            CongestionWindow = Word(info, 80),
            SegmentSize = (int)Math.Min(Word(info, 16), int.MaxValue),
            PacingRate = info.Length >= 112 && DoubleWord(info, 104) is not Unlimited and ulong pacing ? pacing : null,
            DeliveryRate = info.Length >= 168 && DoubleWord(info, 160) is > 0 and ulong delivery ? delivery : null,
            CongestionControl = algorithm,
        };
    }

    private static uint Word(ReadOnlySpan<byte> info, int offset) => MemoryMarshal.Read<uint>(info[offset..]);

    private static ulong DoubleWord(ReadOnlySpan<byte> info, int offset) => MemoryMarshal.Read<ulong>(info[offset..]);
}
