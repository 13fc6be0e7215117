namespace ProcNet.History;

/// <summary>Who the bytes of an entry belong to: a process, a group, or a category. Two that are equal are kept once.</summary>
internal sealed record HistoryIdentity
{
    /// <summary>A process, or why none could be named.</summary>
    public TrafficCategory Category { get; init; }

    /// <summary>The process; null on a category's and a group's.</summary>
    public int? ProcessId { get; init; }

    /// <summary>When the process started, UTC, in whole microseconds.</summary>
    public DateTime? StartTime { get; init; }

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Its user.</summary>
    public string? UserName { get; init; }

    /// <summary>Its executable.</summary>
    public string? Path { get; init; }

    /// <summary>Its command line, where it is kept.</summary>
    public string? CommandLine { get; init; }

    /// <summary>Its systemd unit.</summary>
    public string? Unit { get; init; }

    /// <summary>Its systemd slice.</summary>
    public string? Slice { get; init; }

    /// <summary>Its container.</summary>
    public string? Container { get; init; }

    /// <summary>The inode of its network namespace.</summary>
    public long? NetworkNamespace { get; init; }
}
