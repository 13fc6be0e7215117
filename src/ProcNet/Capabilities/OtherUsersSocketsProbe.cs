using ProcNet.Processes;

namespace ProcNet.Capabilities;

/// <summary>Whether the file descriptors of every process can be read: each one is tried.</summary>
/// <param name="procPath">Where procfs is mounted.</param>
internal sealed class OtherUsersSocketsProbe(string procPath) : ICapabilityProbe
{
    /// <inheritdoc/>
    public CapabilityResult Probe()
    {
        // The walk that everything else relies on: a folder may be open to a user whose links are not.
        using var processes = new ProcessReader(procPath);
        using var walker = new DescriptorWalker(procPath);
        var ids = new List<int>();
        var sockets = new List<SocketDescriptor>();
        processes.ListProcesses(ids);
        int readable = 0;
        int refused = 0;
        foreach (int id in ids)
        {
            sockets.Clear();
            switch (walker.Walk(id, sockets))
            {
                case WalkStatus.Read:
                    readable++;
                    break;
                case WalkStatus.Denied:
                    refused++;
                    break;
            }
        }

        if (refused == 0 && !PidNamespace.IsFirst(procPath))
        {
            return new CapabilityResult
            {
                Name = "OtherUsersSockets",
                Available = false,
                Detail =
                    $"The file descriptors of all {readable} processes of this PID namespace are readable; there may be others outside.",
                Impact = "Traffic and sockets of those processes are shown without their owner.",
                Remedy = "Run on the host, or share its process ids (docker run --pid=host)",
            };
        }

        return new CapabilityResult
        {
            Name = "OtherUsersSockets",
            Available = refused == 0,
            Detail =
                refused == 0
                    ? $"The file descriptors of all {readable} processes are readable."
                    : $"The file descriptors of {refused} of {readable + refused} processes are not readable.",
            Impact = refused == 0 ? null : "Traffic and sockets of those processes are shown without their owner.",
            Remedy =
                refused == 0 ? null
                : Environment.IsPrivilegedProcess
                    ? "The kernel keeps them even from root: look for a security module (AppArmor, SELinux, Yama) or a container's limits."
                : "Run as root (sudo pwsh), or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH.",
        };
    }
}
