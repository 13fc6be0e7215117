namespace ProcNet.Capabilities;

/// <summary>Whether the kernel's table of tracked and translated connections can be read.</summary>
/// <param name="procPath">Where procfs is mounted.</param>
internal sealed class ConntrackProbe(string procPath) : ICapabilityProbe
{
    /// <inheritdoc/>
    public CapabilityResult Probe()
    {
        // The limit is there as soon as nf_conntrack is loaded, and anyone may read it.
        if (!File.Exists(Path.Combine(procPath, "sys", "net", "netfilter", "nf_conntrack_max")))
        {
            return new CapabilityResult
            {
                Name = "ConnectionTracking",
                Available = false,
                Detail = "The kernel does not track connections (nf_conntrack is not loaded).",
                Impact = "None on a machine that does not translate addresses.",
                Remedy = "None needed: firewalls and container runtimes that translate addresses load nf_conntrack themselves.",
            };
        }

        // It is asked by netlink, which wants this capability; that the table's file may be read helps nobody.
        bool available = EffectiveCapabilities.Read(procPath).Has(LinuxCapability.NetAdmin);
        return new CapabilityResult
        {
            Name = "ConnectionTracking",
            Available = available,
            Detail = available
                ? "The table of tracked connections is readable."
                : "The table of tracked connections is not readable: CAP_NET_ADMIN is missing.",
            Impact = available ? null : "Connections whose addresses are translated (containers behind NAT) are shown without their owner.",
            Remedy = available ? null : "Run as root (sudo pwsh), or with CAP_NET_ADMIN.",
        };
    }
}
