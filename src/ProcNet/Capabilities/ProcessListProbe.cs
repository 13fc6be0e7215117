using ProcNet.Processes;

namespace ProcNet.Capabilities;

/// <summary>Whether procfs is mounted so that it shows every process (its option hidepid, proc(5)).</summary>
/// <param name="procPath">Where procfs is mounted.</param>
internal sealed class ProcessListProbe(string procPath) : ICapabilityProbe
{
    /// <inheritdoc/>
    public CapabilityResult Probe()
    {
        string mounts = Path.Combine(procPath, "self", "mountinfo");
        if (!File.Exists(mounts))
        {
            return Result(false, $"procfs is not mounted on {procPath}.", "mount -t proc proc /proc");
        }

        if (!PidNamespace.IsFirst(procPath))
        {
            return Result(
                false,
                "procfs shows the processes of this PID namespace only: it is a container's, or an unshare's.",
                "Run on the host, or share its process ids (docker run --pid=host)"
            );
        }

        string? hidden = HiddenProcesses.FindOption(procPath);
        bool shown = hidden is null;
        bool exempt = EffectiveCapabilities.Read(procPath).Has(LinuxCapability.SysPtrace);
        return Result(
            shown || exempt,
            hidden is null ? "procfs shows every process."
                : shown || exempt ? $"procfs is mounted with hidepid={hidden}, which does not hide processes from this user."
                : $"procfs is mounted with hidepid={hidden}: other users' processes are hidden.",
            "Run as root (sudo pwsh), or mount -o remount,hidepid=0 /proc"
        );
    }

    private static CapabilityResult Result(bool available, string detail, string remedy) =>
        new()
        {
            Name = "ProcessList",
            Available = available,
            Detail = detail,
            Impact = available ? null : "Traffic and sockets of those processes are shown without their owner.",
            Remedy = available ? null : remedy,
        };
}
