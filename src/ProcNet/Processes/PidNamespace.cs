namespace ProcNet.Processes;

/// <summary>The PID namespace that procfs shows (pid_namespaces(7)).</summary>
internal static class PidNamespace
{
    // PROC_PID_INIT_INO, include/linux/proc_ns.h: fixed for good.
    private const string First = "pid:[4026531836]";

    /// <summary>Whether it is the machine's first one, so that every process is shown. True where it cannot be told.</summary>
    /// <param name="procPath">Where procfs is mounted.</param>
    public static bool IsFirst(string procPath = "/proc") =>
        new FileInfo(Path.Combine(procPath, "self", "ns", "pid")).LinkTarget is null or First;
}
