namespace ProcNet.History.Storage;

/// <summary>The columns of what was sent and received.</summary>
internal static class CounterColumns
{
    /// <summary>The columns, in the order of <see cref="Read"/>.</summary>
    public const string Names = "sent_bytes, received_bytes, sent_packets, received_packets, flows, evidence";

    /// <summary>Adds to a row that is there already.</summary>
    public const string AddToRow = """
        DO UPDATE SET sent_bytes = sent_bytes + excluded.sent_bytes, received_bytes = received_bytes + excluded.received_bytes,
            sent_packets = sent_packets + excluded.sent_packets, received_packets = received_packets + excluded.received_packets,
            flows = max(flows, excluded.flows), evidence = evidence | excluded.evidence
        """;

    /// <summary>Reads the columns of the present row.</summary>
    public static HistoryCounters Read(Statement statement, int first) =>
        new(
            statement.Number(first),
            statement.Number(first + 1),
            statement.Number(first + 2),
            statement.Number(first + 3),
            (int)statement.Number(first + 4),
            (OwnerEvidence)statement.Number(first + 5)
        );
}
