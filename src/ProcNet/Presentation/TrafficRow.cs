namespace ProcNet.Presentation;

/// <summary>
/// What a screen or a report takes: traffic of a process, a category or a conversation, wherever the row came from (this host, another one,
/// a file). Texts are fit for a terminal.
/// </summary>
internal sealed record TrafficRow
{
    /// <summary>The host that measured; empty for this one.</summary>
    public string Host { get; init; } = "";

    /// <summary>The process; null where none is known.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The name of the process, or between brackets why there is none.</summary>
    public required string Owner { get; init; }

    /// <summary>What the row is a group of (a <see cref="TrafficGrouping"/>); null where it is of a process or a conversation.</summary>
    public string? Grouping { get; init; }

    /// <summary>Where the bytes are accounted: the name of a <see cref="TrafficCategory"/>.</summary>
    public string Category { get; init; } = nameof(TrafficCategory.Process);

    /// <summary>Whether a process has the bytes.</summary>
    public bool IsAttributed => Category == nameof(TrafficCategory.Process);

    /// <summary>Whether the row says that nothing was measured in an interval: there is only its time.</summary>
    public bool IsIdle { get; init; }

    /// <summary>A sentence on what is not a process's: what the bytes are.</summary>
    public string? Reason { get; init; }

    /// <summary>How the owner was found.</summary>
    public string? Evidence { get; init; }

    /// <summary>When the process started, local time.</summary>
    public DateTime? ProcessStartTime { get; init; }

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited { get; init; }

    /// <summary>The path of the executable.</summary>
    public string? Path { get; init; }

    /// <summary>The user of the process.</summary>
    public string? UserName { get; init; }

    /// <summary>systemd's unit of the process.</summary>
    public string? Unit { get; init; }

    /// <summary>The container of the process.</summary>
    public string? Container { get; init; }

    /// <summary>Bytes sent.</summary>
    public long SentBytes { get; init; }

    /// <summary>Bytes received.</summary>
    public long ReceivedBytes { get; init; }

    /// <summary>Sent and received bytes together.</summary>
    public long TotalBytes => SentBytes + ReceivedBytes;

    /// <summary>Packets sent.</summary>
    public long SentPackets { get; init; }

    /// <summary>Packets received.</summary>
    public long ReceivedPackets { get; init; }

    /// <summary>The conversations that the row sums.</summary>
    public int FlowCount { get; init; }

    /// <summary>The end of the interval that the row is about, local time.</summary>
    public DateTime Timestamp { get; init; }

    /// <summary>The length of that interval.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>The conversation; null on a row of a process.</summary>
    public Conversation? Conversation { get; init; }

    /// <summary>What the pipeline gave: it is passed on as it came.</summary>
    public object? Source { get; init; }
}

/// <summary>Whom a row's process talked to.</summary>
/// <param name="Protocol">The protocol above IP.</param>
/// <param name="LocalPort">This end's port; 0 where the protocol has none.</param>
/// <param name="RemoteAddress">The other end; null where the frame was not IP.</param>
/// <param name="RemotePort">Its port; 0 where the protocol has none.</param>
/// <param name="RemoteHostName">Its name, where it was learned.</param>
/// <param name="Begin">The first packet, local time.</param>
/// <param name="End">The last packet, local time.</param>
internal sealed record Conversation(
    string Protocol,
    int LocalPort,
    string? RemoteAddress,
    int RemotePort,
    string? RemoteHostName,
    DateTime Begin,
    DateTime End
);
