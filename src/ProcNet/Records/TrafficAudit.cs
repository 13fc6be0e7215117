namespace ProcNet;

/// <summary>An audit that systemd runs: a measurement whose samples go into a history.</summary>
public sealed class TrafficAudit
{
    /// <summary>Its name, which is that of the systemd unit without <c>.service</c>.</summary>
    public string Name { get; internal init; } = "";

    /// <summary>What systemd says of it: <c>active</c>, <c>activating</c>, <c>failed</c>, <c>inactive</c>.</summary>
    public string State { get; internal init; } = "";

    /// <summary>The history that it writes.</summary>
    public string Path { get; internal init; } = "";

    /// <summary>The file of the unit.</summary>
    public string UnitPath { get; internal init; } = "";

    /// <summary>The network namespace that it measures; null for the machine's.</summary>
    public string? NetworkNamespace { get; internal init; }

    /// <summary>The main process; null where it does not run.</summary>
    public int? ProcessId { get; internal init; }

    /// <summary>Since when it is in its state, as systemd writes it; null where it has never run.</summary>
    public string? Since { get; internal init; }

    /// <summary>The memory that it uses, in bytes; null where it is not known.</summary>
    public long? MemoryBytes { get; internal init; }

    /// <summary>How long it has used a processor; null where it is not known.</summary>
    public TimeSpan? ProcessorTime { get; internal init; }

    /// <summary>How often systemd has started it again.</summary>
    public long RestartCount { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {State}";
}
