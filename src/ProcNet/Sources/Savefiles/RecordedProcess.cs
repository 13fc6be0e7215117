namespace ProcNet.Sources.Savefiles;

/// <summary>A process as a capture file describes it. Plain: nothing in it is of this machine.</summary>
internal sealed record RecordedProcess
{
    /// <summary>Its id.</summary>
    public required uint Id { get; init; }

    /// <summary>When it started, in nanoseconds since 1970 UTC; null where it is not known.</summary>
    public long? StartTime { get; init; }

    /// <summary>Its short name.</summary>
    public string? Name { get; init; }

    /// <summary>The path of its executable.</summary>
    public string? Path { get; init; }

    /// <summary>Its arguments with zero bytes between, as <c>/proc/PID/cmdline</c> has them.</summary>
    public ReadOnlyMemory<byte> CommandLine { get; init; }

    /// <summary>Its parent's id.</summary>
    public uint? ParentId { get; init; }

    /// <summary>The id of its user.</summary>
    public uint? UserId { get; init; }

    /// <summary>The name of its user.</summary>
    public string? UserName { get; init; }

    /// <summary>The container that it runs in.</summary>
    public string? Container { get; init; }

    /// <summary>The systemd unit that it runs in.</summary>
    public string? Unit { get; init; }

    /// <summary>The slice of the unit.</summary>
    public string? Slice { get; init; }

    /// <summary>The inode of its network namespace.</summary>
    public long? NetworkNamespace { get; init; }
}
