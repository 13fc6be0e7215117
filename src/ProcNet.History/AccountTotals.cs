namespace ProcNet.History.Storage;

/// <summary>The account of one or several intervals, as the tables have it.</summary>
internal readonly record struct AccountTotals
{
    /// <summary>The columns, in the order of <see cref="Read"/> and <see cref="Values"/>.</summary>
    public const string Columns =
        "duration, samples, kept_bytes, kept_packets, accounted_samples, bytes, packets, captured_bytes, dropped_packets, interface_dropped_packets, "
        + "interface_samples, interface_bytes, interface_packets";

    /// <summary>How many columns there are.</summary>
    public const int ColumnCount = 13;

    /// <summary>How long was measured, in milliseconds.</summary>
    public long Duration { get; init; }

    /// <summary>How many samples there were.</summary>
    public long Samples { get; init; }

    /// <summary>The bytes of the rows that were kept.</summary>
    public long KeptBytes { get; init; }

    /// <summary>The packets of the rows that were kept.</summary>
    public long KeptPackets { get; init; }

    /// <summary>How many samples came with the measurement's own account.</summary>
    public long AccountedSamples { get; init; }

    /// <summary>The bytes that the measurement accounts for.</summary>
    public long Bytes { get; init; }

    /// <summary>The packets that the measurement accounts for.</summary>
    public long Packets { get; init; }

    /// <summary>The bytes that passed the interfaces, by the measurement.</summary>
    public long CapturedBytes { get; init; }

    /// <summary>Packets that the kernel dropped before they could be counted.</summary>
    public long DroppedPackets { get; init; }

    /// <summary>Packets that the interfaces dropped.</summary>
    public long InterfaceDroppedPackets { get; init; }

    /// <summary>How many samples came with the interfaces' own counters.</summary>
    public long InterfaceSamples { get; init; }

    /// <summary>The bytes of the interfaces' own counters, without link headers.</summary>
    public long InterfaceBytes { get; init; }

    /// <summary>The packets of the interfaces' own counters.</summary>
    public long InterfacePackets { get; init; }

    /// <summary>The values, in the order of <see cref="Columns"/>.</summary>
    public ReadOnlySpan<long> Values =>
        (long[])
            [
                Duration,
                Samples,
                KeptBytes,
                KeptPackets,
                AccountedSamples,
                Bytes,
                Packets,
                CapturedBytes,
                DroppedPackets,
                InterfaceDroppedPackets,
                InterfaceSamples,
                InterfaceBytes,
                InterfacePackets,
            ];

    /// <summary>Sums up.</summary>
    public static AccountTotals operator +(in AccountTotals left, in AccountTotals right) =>
        new()
        {
            Duration = left.Duration + right.Duration,
            Samples = left.Samples + right.Samples,
            KeptBytes = left.KeptBytes + right.KeptBytes,
            KeptPackets = left.KeptPackets + right.KeptPackets,
            AccountedSamples = left.AccountedSamples + right.AccountedSamples,
            Bytes = left.Bytes + right.Bytes,
            Packets = left.Packets + right.Packets,
            CapturedBytes = left.CapturedBytes + right.CapturedBytes,
            DroppedPackets = left.DroppedPackets + right.DroppedPackets,
            InterfaceDroppedPackets = left.InterfaceDroppedPackets + right.InterfaceDroppedPackets,
            InterfaceSamples = left.InterfaceSamples + right.InterfaceSamples,
            InterfaceBytes = left.InterfaceBytes + right.InterfaceBytes,
            InterfacePackets = left.InterfacePackets + right.InterfacePackets,
        };

    /// <summary>The account of a sample.</summary>
    public static AccountTotals Of(HistorySample sample)
    {
        long bytes = 0;
        long packets = 0;
        foreach (HistoryEntry entry in sample.Entries)
        {
            bytes += entry.Counters.TotalBytes;
            packets += entry.Counters.TotalPackets;
        }

        HistoryAccount account = sample.Account ?? default;
        return new AccountTotals
        {
            Duration = sample.IsSupplement ? 0 : (long)sample.Duration.TotalMilliseconds,
            Samples = sample.IsSupplement ? 0 : 1,
            KeptBytes = bytes,
            KeptPackets = packets,
            AccountedSamples = sample.Account is null ? 0 : 1,
            Bytes = account.Bytes,
            Packets = account.Packets,
            CapturedBytes = account.CapturedBytes,
            DroppedPackets = account.DroppedPackets,
            InterfaceDroppedPackets = account.InterfaceDroppedPackets,
            InterfaceSamples = account.InterfaceBytes is null ? 0 : 1,
            InterfaceBytes = account.InterfaceBytes ?? 0,
            InterfacePackets = account.InterfacePackets ?? 0,
        };
    }

    /// <summary>Reads the columns of the present row.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="first">The place of the first one.</param>
    public static AccountTotals Read(Statement statement, int first) =>
        new()
        {
            Duration = statement.Number(first),
            Samples = statement.Number(first + 1),
            KeptBytes = statement.Number(first + 2),
            KeptPackets = statement.Number(first + 3),
            AccountedSamples = statement.Number(first + 4),
            Bytes = statement.Number(first + 5),
            Packets = statement.Number(first + 6),
            CapturedBytes = statement.Number(first + 7),
            DroppedPackets = statement.Number(first + 8),
            InterfaceDroppedPackets = statement.Number(first + 9),
            InterfaceSamples = statement.Number(first + 10),
            InterfaceBytes = statement.Number(first + 11),
            InterfacePackets = statement.Number(first + 12),
        };
}
