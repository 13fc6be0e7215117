using ProcNet.Processes;

namespace ProcNet.Monitoring;

/// <summary>Which processes' packets are kept.</summary>
internal sealed record ProcessSelection
{
    /// <summary>By id.</summary>
    public IReadOnlySet<int>? Ids { get; init; }

    /// <summary>By name.</summary>
    public Func<string, bool>? Name { get; init; }

    /// <summary>By the user's name, or id where it has none.</summary>
    public Func<string, bool>? User { get; init; }

    /// <summary>By container.</summary>
    public Func<string, bool>? Container { get; init; }

    /// <summary>Whether a process is among them. Of several kinds of tests each must take it; of one kind any value is enough.</summary>
    public bool Takes(ProcessIdentity process) =>
        Ids?.Contains(process.Key.Id) != false
        && Name?.Invoke(process.Name) != false
        && User?.Invoke(process.UserName ?? string.Empty) != false
        && (Container is null || (process.Container is { } container && Container(container)));
}
