namespace ProcNet.Capabilities;

/// <summary>Whether this process may enter other network namespaces (setns(2) asks for CAP_SYS_ADMIN).</summary>
/// <param name="procPath">Where procfs is mounted.</param>
internal sealed class NetworkNamespacesProbe(string procPath) : ICapabilityProbe
{
    /// <inheritdoc/>
    public CapabilityResult Probe()
    {
        bool available = EffectiveCapabilities.Read(procPath).Has(LinuxCapability.SysAdmin);
        return new CapabilityResult
        {
            Name = "NetworkNamespaces",
            Available = available,
            Detail = available
                ? "CAP_SYS_ADMIN is in effect: other network namespaces can be entered."
                : "CAP_SYS_ADMIN is missing: other network namespaces cannot be entered.",
            Impact = available
                ? null
                : "Sockets of containers and of other namespaces are read through their processes where those are readable, more slowly.",
            Remedy = available ? null : "Run as root (sudo pwsh), outside of a container or in a privileged one.",
        };
    }
}
