namespace ProcNet.Processes;

/// <summary>The one notice about all processes whose file descriptors may not be read.</summary>
internal static class UnreadableProcesses
{
    /// <summary>Tells it where there are any.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="notify">Takes the notice.</param>
    public static void Notify(int count, Action<Notice> notify)
    {
        if (count > 0)
        {
            notify(
                new Notice(
                    NoticeKind.ProcessesUnreadable,
                    $"The sockets of {count} process{(count == 1 ? "" : "es")} could not be read: "
                        + (
                            Environment.IsPrivilegedProcess
                                ? "the kernel keeps them even from root (a security module, a container's limits, a user namespace)."
                                : "this user may not look into them. To see more, run as root (CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH)."
                        )
                )
            );
        }
        else if (HiddenProcesses.AreSome())
        {
            notify(
                new Notice(
                    NoticeKind.ProcessesUnreadable,
                    $"Other users' processes are hidden from this one (procfs is mounted with hidepid={HiddenProcesses.FindOption()}): their sockets "
                        + "have no process here. To see them, run as root (CAP_SYS_PTRACE), or mount -o remount,hidepid=0 /proc."
                )
            );
        }
    }
}
