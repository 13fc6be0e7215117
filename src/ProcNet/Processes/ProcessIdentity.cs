namespace ProcNet.Processes;

/// <summary>Who a process is; read once, so that an exited process keeps its name.</summary>
internal sealed class ProcessIdentity
{
    /// <summary>Names the process for good.</summary>
    public required ProcessKey Key { get; init; }

    /// <summary>The short name (<c>/proc/&lt;pid&gt;/comm</c>).</summary>
    public required string Name { get; init; }

    /// <summary>The parent's id; 0 for none.</summary>
    public int ParentId { get; init; }

    /// <summary>The effective user id.</summary>
    public long UserId { get; init; }

    /// <summary>The user's name, or the number where it has none.</summary>
    public string? UserName { get; init; }

    /// <summary>The path of the executable; null where it is not readable (kernel threads, other users' processes).</summary>
    public string? ExecutablePath { get; init; }

    /// <summary>The inode of the network namespace; null where it is not readable.</summary>
    public long? NetworkNamespace { get; init; }

    /// <summary>The container from the cgroup path (<c>docker:0123456789ab</c>); null outside of one.</summary>
    public string? Container { get; init; }

    /// <summary>When it started, local time.</summary>
    public DateTime StartTime { get; init; }
}
