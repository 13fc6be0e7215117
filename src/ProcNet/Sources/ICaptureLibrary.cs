using ProcNet.Flows;
using ProcNet.Packets;

namespace ProcNet.Sources;

/// <summary>What the core asks of libpcap. Implemented by ProcNet.Capture, which is loaded when it is first needed.</summary>
internal interface ICaptureLibrary
{
    /// <summary>The version text of libpcap.</summary>
    string Version { get; }

    /// <summary>Opens interfaces for capture, without starting.</summary>
    /// <exception cref="ProcNetException">An interface does not exist or is down, the filter does not compile, or the user may not
    /// capture.</exception>
    ITrafficSource OpenLive(LiveCaptureOptions options);

    /// <summary>Compiles a filter expression.</summary>
    /// <exception cref="ProcNetException"><see cref="ProcNetError.InvalidFilter"/>, with libpcap's own words.</exception>
    IFrameFilter CompileFilter(string expression, LinkLayer linkLayer);
}
