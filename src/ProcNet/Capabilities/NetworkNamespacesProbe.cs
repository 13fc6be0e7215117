namespace ProcNet.Capabilities;

/// <summary>Whether this process may enter other network namespaces (setns(2) asks for CAP_SYS_ADMIN).</summary>
/// <param name="procPath">Where procfs is mounted.</param>
internal sealed class NetworkNamespacesProbe(string procPath) : ICapabilityProbe
{
    /// <inheritdoc/>
    public CapabilityResult Probe()
    {
        bool isCapable = EffectiveCapabilities.Read(procPath).Has(LinuxCapability.SysAdmin);
        bool available = isCapable && IsInFirstUserNamespace();
        return new CapabilityResult
        {
            Name = "NetworkNamespaces",
            Available = available,
            Detail =
                available ? "CAP_SYS_ADMIN is in effect: other network namespaces can be entered."
                : isCapable
                    ? "CAP_SYS_ADMIN is in effect in a user namespace of its own only: the host's network namespaces cannot be entered."
                : "CAP_SYS_ADMIN is missing: other network namespaces cannot be entered.",
            Impact = available
                ? null
                : "Processes in containers and other namespaces are not found by a capture; -Source Kernel finds them where it is available.",
            Remedy = available ? null : "Run as root (sudo pwsh), outside of a container or in a privileged one.",
        };
    }

    // All ids are mapped to themselves in the first one alone (user_namespaces(7)). True where it cannot be told.
    private bool IsInFirstUserNamespace()
    {
        string map = Path.Combine(procPath, "self", "uid_map");
        return !File.Exists(map)
            || File.ReadAllText(map).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is ["0", "0", "4294967295"];
    }
}
