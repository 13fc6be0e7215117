using ProcNet.Linux.Bpf.Native;

namespace ProcNet.Linux.Bpf;

/// <summary>Whether to try to load BPF programs at all. What the kernel then says is another question.</summary>
internal static class BpfAvailability
{
    /// <summary>The environment variable by which a user refuses: with the value <c>off</c> nothing is loaded.</summary>
    public const string Variable = "PROCNET_BPF";

    // include/linux/proc_ns.h: PROC_PID_INIT_INO, the inode of the first PID namespace.
    private const string InitialPidNamespace = "pid:[4026531836]";

    /// <summary>Why not; null where it may be tried.</summary>
    public static BpfObstacle? FindObstacle()
    {
        if (string.Equals(Environment.GetEnvironmentVariable(Variable), "off", StringComparison.OrdinalIgnoreCase))
        {
            return new BpfObstacle($"The environment variable {Variable} is 'off'.", $"Unset {Variable}, and start PowerShell again or load the module anew.");
        }

        if (!LibBpf.TryLoad())
        {
            return new BpfObstacle(
                "libbpf (libbpf.so.1) is not installed.", "Install it: the package libbpf1 (Debian, Ubuntu, openSUSE), libbpf (Fedora, Alpine, Arch).");
        }

        return File.ResolveLinkTarget("/proc/self/ns/pid", false)?.Name == InitialPidNamespace
            ? null
            : new BpfObstacle(
                "This is a container with process ids of its own: the kernel would name processes by the host's ids.",
                "Run it on the host, or in a container that shares the host's process ids (--pid=host).");
    }
}

/// <summary>What stands in the way of BPF programs.</summary>
/// <param name="Reason">A sentence.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record BpfObstacle(string Reason, string Remedy);
