namespace ProcNet.Sources.Savefiles;

/// <summary>What a packet of a file says of an endpoint of its own.</summary>
internal sealed record OwnerTag
{
    /// <summary>The process; null where it names none.</summary>
    public uint? ProcessId { get; init; }

    /// <summary>Why it names none.</summary>
    public TrafficCategory? Category { get; init; }

    /// <summary>How the owner was found, where the writer says so.</summary>
    public OwnerEvidence Evidence { get; init; }

    /// <summary>The section of the file: processes are those of its own.</summary>
    public int Section { get; init; }

    /// <summary>The process's short name.</summary>
    public string? Name { get; init; }

    /// <summary>The path of its executable.</summary>
    public string? Path { get; init; }

    /// <summary>Its parent.</summary>
    public uint? ParentId { get; init; }

    /// <summary>Its user.</summary>
    public uint? UserId { get; init; }

    /// <summary>Its container.</summary>
    public string? Container { get; init; }
}
