namespace ProcNet.Processes;

/// <summary>Which sockets of which processes to get. What is null asks for everything.</summary>
internal sealed record ProcSocketQuery
{
    /// <summary>The ids of the processes wanted.</summary>
    public IReadOnlyCollection<int>? ProcessIds { get; init; }

    /// <summary>Says whether a process's short name is wanted.</summary>
    public Func<string, bool>? NameMatches { get; init; }

    /// <summary>The inodes of the sockets wanted.</summary>
    public IReadOnlySet<long>? Inodes { get; init; }

    /// <summary>The inode of the network namespace that a process must be in.</summary>
    public long? NetworkNamespace { get; init; }
}
