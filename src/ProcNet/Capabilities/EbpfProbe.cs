using ProcNet.Linux.Bpf.Native;
using ProcNet.Sources.Ebpf;

namespace ProcNet.Capabilities;

/// <summary>Whether the kernel takes the feed's BPF programs from this user: they are loaded, verified and let go.</summary>
internal sealed class EbpfProbe : ICapabilityProbe
{
    private const string Impact =
        "-Source Kernel does not work: traffic is captured and its owners are looked up, so processes that live for milliseconds may lose their name.";

    /// <inheritdoc/>
    public CapabilityResult Probe()
    {
        try
        {
            using EbpfPrograms programs = EbpfPrograms.Load();
            string? missing = Missing(programs);
            return new CapabilityResult
            {
                Name = "KernelFeed",
                Available = true,
                Detail = missing is null
                    ? $"libbpf {LibBpf.Version}; the kernel takes all of the feed's programs."
                    : $"libbpf {LibBpf.Version}; the kernel takes the feed's programs, less some: {missing}.",
                Impact = programs.SeesUse
                    ? null
                    : "Who accepted a connection is looked up by descriptors; where it has closed by then, -Source Kernel gives it to the process that made the listener.",
                Remedy = missing is null
                    ? null
                    : "Linux 6.3 or later (or from 5.17 on one with BPF trampolines), with BTF (CONFIG_DEBUG_INFO_BTF), as root or with CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN, takes all.",
            };
        }
        catch (ProcNetException failure)
        {
            return new CapabilityResult
            {
                Name = "KernelFeed",
                Available = false,
                Detail = failure.Message,
                Impact = Impact,
                Remedy = failure.Remedy,
            };
        }
    }

    private static string? Missing(EbpfPrograms programs)
    {
        List<string> missing = [];
        if (!programs.SeesUse)
        {
            missing.Add("who sends and receives");
        }

        if (!programs.SeesExecutables)
        {
            missing.Add("what short-lived processes execute");
        }

        if (!programs.ReadsTasks)
        {
            missing.Add("when processes started");
        }

        return missing.Count == 0 ? null : string.Join(", ", missing);
    }
}
