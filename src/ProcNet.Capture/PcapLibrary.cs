using ProcNet.Capture.Live;
using ProcNet.Flows;
using ProcNet.Packets;
using ProcNet.Sources;
using SharpPcap;
using SharpPcap.LibPcap;

namespace ProcNet.Capture;

/// <summary>
/// libpcap, by SharpPcap. The one door into this assembly: the core's loader makes an instance when a capture is first
/// needed.
/// </summary>
public sealed class PcapLibrary : ICaptureLibrary
{
    private readonly string _version;

    /// <summary>Loads libpcap.</summary>
    /// <exception cref="ProcNetException"><see cref="ProcNetError.LibpcapNotFound"/>.</exception>
    public PcapLibrary()
    {
        try
        {
            // Pcap.Version alone swallows a library that is missing: so call into it.
            BpfProgram.Create(PacketDotNet.LinkLayers.Ethernet, string.Empty).Dispose();
            _version = Pcap.Version;
        }
        catch (Exception e) when (PcapErrors.IsLibpcapMissing(e))
        {
            throw PcapErrors.LibpcapMissing(e);
        }
    }

    /// <inheritdoc/>
    string ICaptureLibrary.Version => _version;

    /// <inheritdoc/>
    ITrafficSource ICaptureLibrary.OpenLive(LiveCaptureOptions options) => LiveCaptureOpening.Open(options);

    /// <inheritdoc/>
    IFrameFilter ICaptureLibrary.CompileFilter(string expression, LinkLayer linkLayer) => PcapFilter.Compile(expression, linkLayer);
}
