namespace ProcNet;

/// <summary>A socket that a process holds: one entry of <c>/proc/&lt;pid&gt;/fd</c> that links to <c>socket:[inode]</c>.</summary>
public sealed class ProcSocket : IComparable
{
    /// <summary>The same as <see cref="ProcessId"/>, by the name that Stop-Process takes from the pipeline.</summary>
    public int Id => ProcessId;

    /// <summary>The process that holds the socket.</summary>
    public int ProcessId { get; internal init; }

    /// <summary>The name of the process, as Get-Process shows it.</summary>
    public string ProcessName { get; internal init; } = "";

    /// <summary>The user that the process runs as (its effective user id's name, or the number where it has no name).</summary>
    public string? UserName { get; internal init; }

    /// <summary>The file descriptor number in that process.</summary>
    public int FileDescriptor { get; internal init; }

    /// <summary>The inode of the socket; together with the network namespace it names the socket.</summary>
    public long Inode { get; internal init; }

    /// <summary>
    /// The inode of the socket's network namespace; where this user may not ask the kernel for it (BPF), the process's
    /// (<c>/proc/&lt;pid&gt;/ns/net</c>), which it nearly always is. Null where neither is readable.
    /// </summary>
    public long? NetworkNamespace { get; internal init; }

    /// <summary>The container that the process runs in, from its cgroup path (<c>docker:0123456789ab</c>); null outside of one.</summary>
    public string? Container { get; internal init; }

    /// <summary>
    /// The command line of the process: its arguments with blanks between, at most 2048 characters; null where it is not
    /// known.
    /// </summary>
    public string? CommandLine { get; internal init; }

    /// <summary>The id of the parent, by the time the process was looked at; null where it is not known.</summary>
    public int? ParentId { get; internal init; }

    /// <summary>
    /// The systemd unit that the process belongs to (<c>ssh.service</c>; of a user's service manager, its own unit); null where
    /// there is none.
    /// </summary>
    public string? Unit { get; internal init; }

    /// <summary>The systemd slice of that unit (<c>system.slice</c>); null where there is none.</summary>
    public string? Slice { get; internal init; }

    /// <summary>The path of the executable, where it is readable.</summary>
    public string? Path { get; internal init; }

    /// <summary>When the process started, local time.</summary>
    public DateTime ProcessStartTime { get; internal init; }

    /// <summary>Orders by process and descriptor, which tell one row from another: what Sort-Object and Compare-Object go by.</summary>
    /// <param name="obj">Another row, or null, which comes first.</param>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public int CompareTo(object? obj) => RowOrder.Compare(this, obj, static row => (row.ProcessId, row.FileDescriptor));

    /// <inheritdoc/>
    public override string ToString() => $"{ProcessName} ({ProcessId}) fd {FileDescriptor} socket:[{Inode}]";
}
