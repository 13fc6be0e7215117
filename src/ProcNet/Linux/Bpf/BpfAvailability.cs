using ProcNet.Linux.Bpf.Native;

namespace ProcNet.Linux.Bpf;

/// <summary>Whether to try to load BPF programs at all. What the kernel then says is another matter.</summary>
internal static class BpfAvailability
{
    /// <summary>The environment variable by which a user refuses: with the value <c>off</c> nothing is loaded.</summary>
    public const string Variable = "PROCNET_BPF";

    // include/linux/proc_ns.h: PROC_PID_INIT_INO, the inode of the first PID namespace.
    private const string InitialPidNamespace = "pid:[4026531836]";

    // The same file: PROC_CGROUP_INIT_INO.
    private const string InitialCgroupNamespace = "cgroup:[4026531835]";

    /// <summary>Why not; null where it may be tried.</summary>
    public static BpfObstacle? FindObstacle()
    {
        if (string.Equals(Environment.GetEnvironmentVariable(Variable), "off", StringComparison.OrdinalIgnoreCase))
        {
            return new BpfObstacle(
                $"The environment variable {Variable} is 'off'.",
                $"Unset {Variable}, and start PowerShell again or load the module anew."
            );
        }

        if (!LibBpf.TryLoad())
        {
            return new BpfObstacle(
                "libbpf (libbpf.so.1) is not installed.",
                "Install it: the package libbpf1 (Debian, Ubuntu, openSUSE), libbpf (Fedora, Alpine, Arch)."
            );
        }

        if (NamespaceOf("pid") != InitialPidNamespace)
        {
            return new BpfObstacle(
                "This is a container with process ids of its own: the kernel would name processes by the host's ids.",
                "Run it on the host, or in a container that shares the host's process ids and control groups (--pid=host --cgroupns=host)."
            );
        }

        // Programs are attached to the root of the control groups, and here another one stands in its place (cgroup_namespaces(7)).
        return NamespaceOf("cgroup") is null or InitialCgroupNamespace
            ? null
            : new BpfObstacle(
                "This is a container with control groups of its own: the kernel would count nothing but what runs in it.",
                "Run it on the host, or in a container that shares the host's control groups (--cgroupns=host)."
            );
    }

    /// <summary>The name of this process's namespace of a kind; null where the kernel has none of it.</summary>
    private static string? NamespaceOf(string kind) => new FileInfo($"/proc/self/ns/{kind}").LinkTarget;
}

/// <summary>What stands in the way of BPF programs.</summary>
/// <param name="Reason">A sentence.</param>
/// <param name="Remedy">What to do about it.</param>
internal sealed record BpfObstacle(string Reason, string Remedy);
