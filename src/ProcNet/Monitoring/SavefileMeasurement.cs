using ProcNet.Addresses;

namespace ProcNet.Monitoring;

/// <summary>What to count of a savefile, and by what to find owners that it does not name.</summary>
internal sealed record SavefileMeasurement
{
    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>A filter expression; null for everything.</summary>
    public string? Filter { get; init; }

    /// <summary>Whether it was captured on this machine, whose sockets and addresses of now may be asked.</summary>
    public bool IsThisHost { get; init; }

    /// <summary>The addresses of the host that captured it; empty where only the file can tell.</summary>
    public IReadOnlyList<AddressValue> LocalAddresses { get; init; } = [];

    /// <summary>Rows of socket tables that were saved with it.</summary>
    public IReadOnlyList<NetConnection> Connections { get; init; } = [];

    /// <summary>Sockets that processes held then.</summary>
    public IReadOnlyList<ProcSocket> Sockets { get; init; } = [];

    /// <summary>Whether to learn names of remote ends from what packets carry.</summary>
    public bool ResolvesNames { get; init; }
}
