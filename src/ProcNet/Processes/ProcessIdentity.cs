namespace ProcNet.Processes;

/// <summary>
/// Who a process is; read once, so that an exited process keeps its name. In two steps where time is short: the key and the name
/// come from one small file, the rest from five more, and a process that lives a millisecond may not live that long.
/// </summary>
internal sealed class ProcessIdentity
{
    /// <summary>Names the process for good.</summary>
    public required ProcessKey Key { get; init; }

    /// <summary>
    /// The name (<c>/proc/&lt;pid&gt;/comm</c>, made whole where the kernel cut it at 15 bytes); execve(2) gives
    /// another.
    /// </summary>
    public required string Name { get; set; }

    /// <summary>The parent's id; 0 for none.</summary>
    public int ParentId { get; init; }

    /// <summary>The parent's id; null for none.</summary>
    public int? KnownParentId => ParentId > 0 ? ParentId : null;

    /// <summary>The effective user id.</summary>
    public long UserId { get; set; }

    /// <summary>The user's name, or the number where it has none.</summary>
    public string? UserName { get; set; }

    /// <summary>The path of the executable; null where it is not readable (kernel threads, other users' processes).</summary>
    public string? ExecutablePath { get; set; }

    /// <summary>The inode of the network namespace; null where it is not readable.</summary>
    public long? NetworkNamespace { get; set; }

    /// <summary>The container from the cgroup path (<c>docker:0123456789ab</c>); null outside of one.</summary>
    public string? Container { get; set; }

    /// <summary>The arguments, with blanks between; null where there are none or they were not read.</summary>
    public string? CommandLine { get; set; }

    /// <summary>The systemd unit; null where systemd does not run it.</summary>
    public string? Unit { get; set; }

    /// <summary>The systemd slice; null where systemd does not run it.</summary>
    public string? Slice { get; set; }

    /// <summary>When it started, local time.</summary>
    public DateTime StartTime { get; init; }

    /// <summary>The same in the time of packets (<see cref="Clock"/>), in microseconds.</summary>
    public long StartedAt
    {
        get => field != 0 ? field : Clock.ToMicroseconds(StartTime);
        init;
    }

    /// <summary>
    /// Takes over what a full reading of the same process gave. One that is ending shows less: what was known of it
    /// stays.
    /// </summary>
    public void Complete(ProcessIdentity full)
    {
        Name = full.Name;
        UserId = full.UserId;
        UserName = full.UserName;
        ExecutablePath = full.ExecutablePath ?? ExecutablePath;
        NetworkNamespace = full.NetworkNamespace ?? NetworkNamespace;
        Container = full.Container ?? Container;
        CommandLine = full.CommandLine ?? CommandLine;
        Unit = full.Unit ?? Unit;
        Slice = full.Slice ?? Slice;
    }
}
