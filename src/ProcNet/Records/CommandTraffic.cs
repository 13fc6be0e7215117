namespace ProcNet;

/// <summary>What a command and all its descendants sent and received, in sum.</summary>
public sealed class CommandTraffic
{
    /// <summary>The command.</summary>
    public string Command { get; internal init; } = "";

    /// <summary>Its exit code; null for a script block.</summary>
    public int? ExitCode { get; internal init; }

    /// <summary>When it was started, local time.</summary>
    public DateTime StartTime { get; internal init; }

    /// <summary>From its start to its end.</summary>
    public TimeSpan Duration { get; internal init; }

    /// <summary>Bytes sent, counted from the first byte of the IP header.</summary>
    public long SentBytes { get; internal init; }

    /// <summary>Bytes received, counted from the first byte of the IP header.</summary>
    public long ReceivedBytes { get; internal init; }

    /// <summary>Sent and received bytes together.</summary>
    public long TotalBytes => SentBytes + ReceivedBytes;

    /// <summary>Packets sent.</summary>
    public long SentPackets { get; internal init; }

    /// <summary>Packets received.</summary>
    public long ReceivedPackets { get; internal init; }

    /// <summary>How many of its processes had traffic.</summary>
    public int ProcessCount { get; internal init; }

    /// <summary>The processes that outlived it and were not waited for, as text; null for none.</summary>
    public string? StillRunning { get; internal init; }

    /// <summary>Bytes of the whole machine in that time that no process could be named for: some may be the command's.</summary>
    public long UnattributedBytes { get; internal init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Command}: {TotalBytes} B in {Duration}";
}
