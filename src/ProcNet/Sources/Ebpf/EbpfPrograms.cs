using System.Buffers.Binary;
using ProcNet.Flows;
using ProcNet.Linux;
using ProcNet.Linux.Bpf;
using ProcNet.Linux.Bpf.Native;
using ProcNet.Linux.Native;

namespace ProcNet.Sources.Ebpf;

/// <summary>
/// The feed's programs in the kernel, and its maps. What this kernel or user may not have is left out, down to the programs that the
/// feed cannot do without. Attached by descriptors: it all goes on Dispose, or with the process.
/// </summary>
internal sealed unsafe class EbpfPrograms : IDisposable
{
    private const string ObjectResource = "procnet.bpf.o";
    private const string Settings = ".rodata.settings";

    private static readonly string[] s_tracepoints = ["sent_length", "received_length"];
    private static readonly string[] s_trampolines =
    [
        "tcp_sent",
        "udp_sent",
        "udpv6_sent",
        "tcp_received",
        "udp_received",
        "udpv6_received",
    ];
    private static readonly string[] s_exec = ["executed"];
    private static readonly string[] s_drops = ["dropped", "waits_for_neighbour", "found_neighbour"];

    // From everything to the least; each kernel takes one. The tracepoint sock_send_length came with Linux 6.3; BPF trampolines
    // are not everywhere (on arm64 from 6.4 on); task_struct in control group programs depends on the kernel and needs CAP_PERFMON, which
    // names need too. Why packets are dropped is told from Linux 5.17 on.
    private static readonly Variant[] s_variants =
    [
        new(Uses.ByTracepoint, true, true, true, true),
        new(Uses.ByTracepoint, true, true, true),
        new(Uses.ByTracepoint, true, false, true),
        new(Uses.ByTrampoline, true, true, true, true),
        new(Uses.ByTrampoline, true, true, true),
        new(Uses.ByTrampoline, true, false, true),
        new(Uses.NotSeen, true, true, true, true),
        new(Uses.NotSeen, true, true, true),
        new(Uses.NotSeen, false, false, true),
        new(Uses.NotSeen, false, false, false),
    ];

    private readonly BpfObject _object;
    private readonly Variant _variant;
    private readonly BpfHashMap<uint, ulong> _lost;
    private readonly BpfHashMap<uint, ulong> _made;

    private EbpfPrograms(BpfObject loaded, Variant variant)
    {
        _object = loaded;
        _variant = variant;
        Neighbours = loaded.OpenMap<ulong, ulong>("neighbours");
        _lost = loaded.OpenMap<uint, ulong>("lost");
        _made = loaded.OpenMap<uint, ulong>("made");
        Flows = loaded.OpenMap<FeedFlowKey, FeedFlow>("flows");
        FirstUsers = loaded.OpenMap<ulong, FeedFirstUser>("first_users");
        Processes = loaded.OpenMap<EbpfProcess, FeedProcess>("processes");
        Executables = loaded.OpenMap<EbpfProcess, FeedExecutable>("executables");
    }

    /// <summary>
    /// Whether every send and receive is seen; without, a connection that a worker accepted goes to the process that made the
    /// listener.
    /// </summary>
    public bool SeesUse => _variant.Uses != Uses.NotSeen;

    /// <summary>Whether the executables of processes that live too short for <c>/proc</c> are seen.</summary>
    public bool SeesExecutables => _variant.SeesExecutables;

    /// <summary>
    /// Whether the start of a process is part of its name; without, an id that comes back within a measurement is one
    /// process.
    /// </summary>
    public bool ReadsTasks => _variant.ReadsTasks;

    /// <summary>The counters.</summary>
    public BpfHashMap<FeedFlowKey, FeedFlow> Flows { get; }

    /// <summary>When neighbours were found, by what <see cref="FeedFlow.HeldFor"/> says.</summary>
    public BpfHashMap<ulong, ulong> Neighbours { get; }

    /// <summary>The queue of first users, by cookie.</summary>
    public BpfHashMap<ulong, FeedFirstUser> FirstUsers { get; }

    /// <summary>The queue of processes that used sockets.</summary>
    public BpfHashMap<EbpfProcess, FeedProcess> Processes { get; }

    /// <summary>What processes run.</summary>
    public BpfHashMap<EbpfProcess, FeedExecutable> Executables { get; }

    /// <summary>Loads them. Nothing stays attached; where it must be found out whether trampolines can be, one is for a moment.</summary>
    /// <param name="seesUse">False leaves out what sees sends and receives, as where the kernel has no hook for it.</param>
    /// <exception cref="ProcNetException"><see cref="ProcNetError.KernelFeedUnavailable"/>: it says why.</exception>
    public static EbpfPrograms Load(bool seesUse = true)
    {
        if (BpfAvailability.FindObstacle() is { } obstacle)
        {
            throw Unavailable(obstacle.Reason, obstacle.Remedy);
        }

        LinuxException? refusal = null;
        foreach (Variant variant in s_variants)
        {
            if (!seesUse && variant.Uses != Uses.NotSeen)
            {
                continue;
            }

            BpfObject? opened = null;
            try
            {
                opened = BpfObject.OpenResource(ObjectResource);
                variant.Apply(opened);
                opened.Load();
                if (variant.Uses == Uses.ByTrampoline)
                {
                    // Some kernels load what they cannot attach (ENOTSUPP).
                    opened.TryAttachment(s_trampolines[0]);
                }

                return new EbpfPrograms(opened, variant);
            }
            catch (LinuxException failure)
            {
                opened?.Dispose();
                refusal = failure;
            }
            catch
            {
                opened?.Dispose();
                throw;
            }
        }

        throw Refused(refusal!);
    }

    /// <summary>Attaches the programs to every control group.</summary>
    /// <exception cref="ProcNetException">The kernel refuses; nothing stays attached.</exception>
    public void Attach()
    {
        try
        {
            using SafeFileDescriptor root = CgroupRoot.Open();

            // What notes owners first, what counts last: no packet of a new socket is counted before its maker is known.
            foreach (
                string program in _object.ProgramNames.OrderBy(name =>
                    _object.SectionOf(name).StartsWith("cgroup_skb", StringComparison.Ordinal)
                )
            )
            {
                if (_object.SectionOf(program).StartsWith("cgroup", StringComparison.Ordinal))
                {
                    _object.AttachToCgroup(program, root);
                }
                else if (_variant.Has(program))
                {
                    _object.Attach(program);
                }
            }
        }
        catch (LinuxException failure)
        {
            Dispose();
            throw Refused(failure);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What found a map full by now.</summary>
    public FeedLosses ReadLosses()
    {
        Span<long> values = stackalloc long[6];
        ReadSums(_lost, values);
        return new FeedLosses(values[0], values[1], values[2], values[3], values[4], values[5]);
    }

    /// <summary>What the maps were given so far.</summary>
    public FeedAdditions ReadAdditions()
    {
        Span<long> values = stackalloc long[3];
        ReadSums(_made, values);
        return new FeedAdditions(values[0], values[1], values[2]);
    }

    /// <inheritdoc/>
    public void Dispose() => _object.Dispose();

    private static void ReadSums(BpfHashMap<uint, ulong> sums, Span<long> into)
    {
        for (int i = 0; i < into.Length; i++)
        {
            into[i] = sums.TryGet((uint)i, out ulong sum) ? (long)sum : 0;
        }
    }

    private static ProcNetException Refused(LinuxException failure) =>
        failure.Error switch
        {
            Errno.EPERM or Errno.EACCES => Unavailable(
                $"The kernel does not let this user load BPF programs ({failure.Message}).",
                "Run as root (sudo pwsh), or with CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN. Kernel lockdown and a container's seccomp profile may also forbid it.",
                failure
            ),
            Errno.ENOENT => Unavailable(
                $"The control groups of version 2 are not there ({failure.Message}).",
                "Mount them: mount -t cgroup2 none /sys/fs/cgroup/unified",
                failure
            ),
            _ when ResourceShortage.IsMeantBy(failure.Error)
                    && ResourceShortage.Of("Loading the BPF programs", failure.Error) is var shortage => Unavailable(
                shortage.Message,
                shortage.Remedy,
                failure
            ),
            _ => Unavailable(
                $"The kernel does not take the BPF programs ({failure.Message}).",
                "It needs Linux 5.12 or later, built with BPF for control groups.",
                failure
            ),
        };

    private static ProcNetException Unavailable(string reason, string remedy, Exception? cause = null) =>
        new(ProcNetError.KernelFeedUnavailable, $"The kernel feed is not available. {reason}", remedy, null, cause);

    /// <summary>How sends and receives are seen.</summary>
    private enum Uses
    {
        NotSeen,
        ByTracepoint,
        ByTrampoline,
    }

    private sealed record Variant(Uses Uses, bool SeesExecutables, bool ReadsTasks, bool ReadsNames, bool SeesDrops = false)
    {
        public bool Has(string program) =>
            (Uses == Uses.ByTracepoint || !s_tracepoints.Contains(program))
            && (Uses == Uses.ByTrampoline || !s_trampolines.Contains(program))
            && (SeesExecutables || !s_exec.Contains(program))
            && (SeesDrops || !s_drops.Contains(program));

        public void Apply(BpfObject opened)
        {
            foreach (string program in opened.ProgramNames.Where(name => !Has(name)))
            {
                opened.Omit(program);
            }

            Span<byte> settings = stackalloc byte[16];
            settings.Clear();
            BinaryPrimitives.WriteInt64LittleEndian(settings, TimeNamespace.Boottime);
            settings[8] = ReadsTasks ? (byte)1 : (byte)0;
            settings[9] = ReadsNames ? (byte)1 : (byte)0;
            settings[10] = SeesDrops ? (byte)1 : (byte)0;
            opened.SetConstants(Settings, settings);
        }
    }
}
