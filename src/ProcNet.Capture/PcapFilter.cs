using System.Buffers;
using System.Buffers.Binary;
using ProcNet.Capture.Native;
using ProcNet.Flows;
using ProcNet.Linux.Native;
using ProcNet.Packets;
using SharpPcap;
using SharpPcap.LibPcap;

namespace ProcNet.Capture;

/// <summary>A filter expression that libpcap compiled and interprets (pcap_offline_filter(3PCAP)).</summary>
internal sealed class PcapFilter : IFrameFilter
{
    private const int FamilyLength = 4;

    private readonly BpfProgram _program;
    private readonly LinkLayer _linkLayer;

    private PcapFilter(BpfProgram program, LinkLayer linkLayer)
    {
        _program = program;
        _linkLayer = linkLayer;
    }

    /// <summary>Compiles an expression.</summary>
    /// <exception cref="ProcNetException"><see cref="ProcNetError.InvalidFilter"/>, with libpcap's own words.</exception>
    public static PcapFilter Compile(string expression, LinkLayer linkLayer)
    {
        try
        {
            return new PcapFilter(BpfProgram.Create((PacketDotNet.LinkLayers)DltOf(linkLayer), expression), linkLayer);
        }
        catch (PcapException e)
        {
            throw PcapErrors.InvalidFilter(expression, e);
        }
    }

    /// <inheritdoc/>
    public bool Matches(ReadOnlySpan<byte> frame, int wireLength)
    {
        if (_linkLayer is not (LinkLayer.Null or LinkLayer.Loop) || frame.Length < FamilyLength)
        {
            return Runs(frame, wireLength);
        }

        // The program asks for this host's number of IPv6, in its byte order; the frame has that of the host that captured.
        byte[] copy = ArrayPool<byte>.Shared.Rent(frame.Length);
        try
        {
            frame.CopyTo(copy);
            uint family = LinkHeader.EtherTypeOfFamily(BinaryPrimitives.ReadUInt32LittleEndian(frame)) switch
            {
                LinkHeader.IPv4 => AddressFamilies.Inet,
                LinkHeader.IPv6 => AddressFamilies.Inet6,
                _ => 0,
            };
            if (family != 0 && _linkLayer == LinkLayer.Null)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(copy, family);
            }
            else if (family != 0)
            {
                BinaryPrimitives.WriteUInt32BigEndian(copy, family);
            }

            return Runs(copy.AsSpan(0, frame.Length), wireLength);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private unsafe bool Runs(ReadOnlySpan<byte> frame, int wireLength)
    {
        var header = new PcapPacketHeader { CapturedLength = (uint)frame.Length, WireLength = (uint)wireLength };
        fixed (byte* data = frame)
        {
            return _program.Matches((nint)(&header), (nint)data);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _program.Dispose();

    // Savefiles number some otherwise than libpcap does on Linux (https://www.tcpdump.org/linktypes.html).
    private static int DltOf(LinkLayer linkLayer) =>
        linkLayer switch
        {
            LinkLayer.Raw or LinkLayer.RawOpenBsd => (int)LinkLayer.RawLinux,
            LinkLayer.AtmLlc => 11,
            LinkLayer.DarwinPacketTap => (int)LinkLayer.PacketTap,
            _ => (int)linkLayer,
        };
}
