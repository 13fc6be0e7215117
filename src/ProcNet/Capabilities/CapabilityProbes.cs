using ProcNet.Sources;

namespace ProcNet.Capabilities;

/// <summary>Everything that ProcNet can try of itself.</summary>
internal static class CapabilityProbes
{
    /// <summary>The probes, the most important first.</summary>
    /// <param name="library">Loads the capture library.</param>
    /// <param name="procPath">Where procfs is mounted.</param>
    public static IReadOnlyList<ICapabilityProbe> All(Func<ICaptureLibrary> library, string procPath = "/proc") =>
        [
            new PacketCaptureProbe(library),
            new OtherUsersSocketsProbe(procPath),
            new ProcessListProbe(procPath),
            new SockDiagProbe(),
            new EbpfProbe(),
            new NetworkNamespacesProbe(procPath),
            new ConntrackProbe(procPath),
        ];
}
