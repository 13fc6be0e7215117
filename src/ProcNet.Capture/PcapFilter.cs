using ProcNet.Capture.Native;
using ProcNet.Flows;
using ProcNet.Packets;
using SharpPcap;
using SharpPcap.LibPcap;

namespace ProcNet.Capture;

/// <summary>A filter expression that libpcap compiled and interprets (pcap_offline_filter(3PCAP)).</summary>
internal sealed class PcapFilter : IFrameFilter
{
    private readonly BpfProgram _program;

    private PcapFilter(BpfProgram program) => _program = program;

    /// <summary>Compiles an expression.</summary>
    /// <exception cref="ProcNetException"><see cref="ProcNetError.InvalidFilter"/>, with libpcap's own words.</exception>
    public static PcapFilter Compile(string expression, LinkLayer linkLayer)
    {
        try
        {
            return new PcapFilter(BpfProgram.Create((PacketDotNet.LinkLayers)DltOf(linkLayer), expression));
        }
        catch (PcapException e)
        {
            throw PcapErrors.InvalidFilter(expression, e);
        }
    }

    /// <inheritdoc/>
    public unsafe bool Matches(ReadOnlySpan<byte> frame, int wireLength)
    {
        var header = new PcapPacketHeader { CapturedLength = (uint)frame.Length, WireLength = (uint)wireLength };
        fixed (byte* data = frame)
        {
            return _program.Matches((nint)(&header), (nint)data);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _program.Dispose();

    // Savefiles number raw IP otherwise than libpcap does on Linux (https://www.tcpdump.org/linktypes.html).
    private static int DltOf(LinkLayer linkLayer) =>
        linkLayer is LinkLayer.Raw or LinkLayer.RawOpenBsd ? (int)LinkLayer.RawLinux : (int)linkLayer;
}
