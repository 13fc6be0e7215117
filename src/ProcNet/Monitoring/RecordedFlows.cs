using ProcNet.Attribution;
using ProcNet.Sources.Savefiles;

namespace ProcNet.Monitoring;

/// <summary>Makes what a file keeps of attributed conversations.</summary>
internal static class RecordedFlows
{
    /// <summary>Makes it of a row.</summary>
    public static RecordedFlow ToRecord(in AttributedFlow row, ProcessDescriptions descriptions)
    {
        SocketHolders? holders = row.Match.Socket?.Holders;
        return new RecordedFlow
        {
            Number = row.Number,
            Interface = row.Key.Interface,
            Protocol = row.Key.Protocol,
            Low = row.Key.Low,
            LowPort = row.Key.LowPort,
            High = row.Key.High,
            HighPort = row.Key.HighPort,
            FirstSeen = Clock.ToWall(row.FirstSeen),
            LastSeen = Clock.ToWall(row.LastSeen),
            LocalIsLow = row.LocalIsLow,
            IsSecondView = row.IsSecondView,
            HasSent = row.SentPackets > 0,
            HasReceived = row.ReceivedPackets > 0,
            MayBeTranslated = row.MayBeTranslated,
            Category = row.Match.Category,
            Evidence = row.Match.Evidence,
            Process = row.Match.Owner is { } owner ? descriptions.Describe(owner.Process) : null,
            OwnerSince = row.Match.Owner is { } chosen ? Clock.ToWall(chosen.FirstSeen) : 0,
            Inode = holders?.Inode,
            SharedWith = holders is { All.Count: > 1 } ? [.. holders.All.Select(static holder => holder.Process.Key.Id)] : [],
            NetworkNamespace = row.NetworkNamespace,
            CountedOn = row.CountedOn,
        };
    }
}
