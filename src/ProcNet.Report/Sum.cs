using ProcNet.Presentation;

namespace ProcNet.Report;

/// <summary>What one line of a table sums.</summary>
/// <param name="name">What the line is called.</param>
/// <param name="row">The first row of it.</param>
internal sealed class Sum(string name, TrafficRow row)
{
    /// <summary>What the line is called.</summary>
    public string Name { get; } = name;

    /// <summary>The first row of it: what is the same for all of them stands there.</summary>
    public TrafficRow Row { get; } = row;

    /// <summary>Bytes sent.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Bytes received.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Both together.</summary>
    public long TotalBytes => SentBytes + ReceivedBytes;

    /// <summary>Every way in which an owner was found.</summary>
    public SortedSet<string> Evidence { get; } = new(StringComparer.Ordinal);

    /// <summary>How much came when; null where nobody will ask.</summary>
    public TimeLine? Line { get; init; }

    /// <summary>From the first packets to the last ones; null where the rows do not say it.</summary>
    public Spans? Activity { get; set; }

    /// <summary>Takes a row.</summary>
    public void Add(TrafficRow added)
    {
        SentBytes += added.SentBytes;
        ReceivedBytes += added.ReceivedBytes;
        foreach (string kind in added.Evidence?.Split(", ") ?? [])
        {
            // Bounded: a file may say anything.
            if (kind != "None" && Evidence.Count < 16)
            {
                Evidence.Add(kind);
            }
        }
    }
}
