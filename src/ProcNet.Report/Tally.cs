using System.Globalization;
using ProcNet.Presentation;

namespace ProcNet.Report;

/// <summary>
/// All rows of one kind: of processes, of conversations, or of groups. Different kinds tell of the same bytes, so they are never summed
/// together.
/// </summary>
internal sealed class Tally
{
    private const int MaxIntervals = 100_000;
    private const int MaxSpans = 500;

    // net.ipv4.ip_local_port_range, as Linux has it where nobody has changed it.
    private const int FirstClientPort = 32_768;

    private readonly HashSet<(string Host, DateTime Begin, DateTime End)> _intervals = [];
    private readonly SortedDictionary<string, Spans> _measured = new(StringComparer.Ordinal);
    private readonly HashSet<TrafficStatistics> _totals = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<TrafficGrouping, SumTable> _tables = [];
    private readonly TrafficGrouping? _grouping;
    private readonly TimeLine _line;
    private (string Host, DateTime Begin, DateTime End) _newest;

    /// <summary>Begins one.</summary>
    /// <param name="grouping">What the groups are; null where the rows are of processes or conversations.</param>
    /// <param name="hasConversations">Whether the rows are of conversations.</param>
    public Tally(TrafficGrouping? grouping, bool hasConversations)
    {
        _grouping = grouping;
        _line = new TimeLine(Grid);
        foreach (
            TrafficGrouping by in grouping is { } one ? [one]
            : hasConversations ? s_ofConversations
            : s_ofProcesses
        )
        {
            _tables.Add(by, new SumTable(by == TrafficGrouping.Process ? () => new TimeLine(Grid) : null));
        }
    }

    private static readonly TrafficGrouping[] s_ofProcesses =
    [
        TrafficGrouping.Process,
        TrafficGrouping.Executable,
        TrafficGrouping.Unit,
        TrafficGrouping.User,
        TrafficGrouping.Container,
    ];

    private static readonly TrafficGrouping[] s_ofConversations =
    [
        .. s_ofProcesses,
        TrafficGrouping.Remote,
        TrafficGrouping.RemotePort,
        TrafficGrouping.Protocol,
    ];

    /// <summary>The steps of its time line.</summary>
    public TimeGrid Grid { get; } = new();

    /// <summary>How much came when.</summary>
    public TimeLine Line => _line;

    /// <summary>How many rows.</summary>
    public long RowCount { get; private set; }

    /// <summary>Bytes sent.</summary>
    public long SentBytes { get; private set; }

    /// <summary>Bytes received.</summary>
    public long ReceivedBytes { get; private set; }

    /// <summary>Both together.</summary>
    public long TotalBytes => SentBytes + ReceivedBytes;

    /// <summary>The bytes of each category, and how they came about. Of groups that cut across them, nothing.</summary>
    public SumTable Categories { get; } = new();

    /// <summary>The bytes of each way in which owners were found.</summary>
    public SumTable Evidence { get; } = new();

    /// <summary>Whether every row says whether its bytes have a process.</summary>
    public bool KnowsCategories =>
        _grouping is not (TrafficGrouping.Remote or TrafficGrouping.RemotePort or TrafficGrouping.Protocol or TrafficGrouping.Interface);

    /// <summary>The totals of the measurements that the rows are of.</summary>
    public IReadOnlyCollection<TrafficStatistics> Totals => _totals;

    /// <summary>Whether some rows did not bring the totals of their measurement.</summary>
    public bool LacksTotals { get; private set; }

    /// <summary>How many intervals overlap others: bytes may be counted twice.</summary>
    public int OverlapCount { get; private set; }

    /// <summary>How many intervals were measured.</summary>
    public int IntervalCount { get; private set; }

    /// <summary>Whether there were too many intervals to compare each with all others.</summary>
    public bool HasManyIntervals => _intervals.Count >= MaxIntervals;

    /// <summary>When was measured, by host, UTC.</summary>
    public IReadOnlyDictionary<string, Spans> Measured => _measured;

    /// <summary>A table; null where the rows do not have what it is about.</summary>
    public SumTable? Table(TrafficGrouping by) => _tables.GetValueOrDefault(by);

    /// <summary>Takes a row.</summary>
    public void Add(TrafficRow row, TrafficStatistics? totals)
    {
        RowCount++;
        if (totals is null)
        {
            LacksTotals = true;
        }
        else
        {
            _totals.Add(totals);
        }

        DateTime end = row.Timestamp == default ? default : row.Timestamp.ToUniversalTime(),
            begin = end - row.Duration;
        bool hasTime = end != default && row.Duration > TimeSpan.Zero;
        if (hasTime)
        {
            Measure(row.Host, begin, end);
        }

        if (row.IsIdle)
        {
            return;
        }

        SentBytes += row.SentBytes;
        ReceivedBytes += row.ReceivedBytes;
        Categories.Add(row.Category, row.Category, row);
        if (row.IsAttributed)
        {
            string evidence = row.Evidence is null or "None" ? "[not said]" : row.Evidence;
            Evidence.Add(evidence, evidence, row);
        }

        if (hasTime)
        {
            _line.Add(begin, end, row.SentBytes, row.ReceivedBytes);
        }

        foreach ((TrafficGrouping by, SumTable table) in _tables)
        {
            (string key, string name) = _grouping is null ? NameOf(by, row) : (row.Host + "\n" + row.Owner, row.Owner);
            Sum sum = table.Add(key, name, row);
            if (hasTime)
            {
                sum.Line?.Add(begin, end, row.SentBytes, row.ReceivedBytes);
            }

            if (by == TrafficGrouping.Process && row.Conversation is { Begin: var first, End: var last } && first != default)
            {
                sum.Activity ??= new Spans(100, TimeSpan.Zero);
                sum.Activity.Add(first.ToUniversalTime(), last.ToUniversalTime());
            }
        }
    }

    private void Measure(string host, DateTime begin, DateTime end)
    {
        if (_newest == (host, begin, end))
        {
            return;
        }

        _newest = (host, begin, end);
        if (_intervals.Count >= MaxIntervals ? _intervals.Contains(_newest) : !_intervals.Add(_newest))
        {
            return;
        }

        IntervalCount++;
        Grid.Cover(begin, end);
        TimeSpan length = end - begin;
        if (!_measured.TryGetValue(host, out Spans? measured))
        {
            // Two samples that follow each other lie some milliseconds apart, or share some.
            _measured.Add(
                host,
                measured = new Spans(MaxSpans, TimeSpan.FromTicks(Math.Max(length.Ticks / 20, TimeSpan.TicksPerSecond / 5)))
            );
        }

        if (measured.Add(begin, end).Ticks > Math.Min(length.Ticks / 10, TimeSpan.TicksPerSecond / 2))
        {
            OverlapCount++;
        }
    }

    private static (string Key, string Name) NameOf(TrafficGrouping by, TrafficRow row)
    {
        if (by is TrafficGrouping.Remote or TrafficGrouping.RemotePort or TrafficGrouping.Protocol)
        {
            return Single(OfConversation(by, row));
        }

        if (!row.IsAttributed)
        {
            return by == TrafficGrouping.Process ? (row.Host + "\n" + row.Category, row.Owner) : Single(row.Owner);
        }

        return by switch
        {
            TrafficGrouping.Process => (
                string.Create(CultureInfo.InvariantCulture, $"{row.Host}\n{row.ProcessId}\n{row.ProcessStartTime?.Ticks}\n{row.Owner}"),
                row.Owner
            ),
            TrafficGrouping.Executable => Single(row.Path ?? row.Owner),
            TrafficGrouping.Unit => Single(row.Unit ?? "[no unit]"),
            TrafficGrouping.User => Single(row.UserName ?? "[unknown user]"),
            _ => Single(row.Container ?? "[no container]"),
        };
    }

    private static string OfConversation(TrafficGrouping by, TrafficRow row)
    {
        if (row.Conversation is not { RemoteAddress: { } address } conversation)
        {
            return row.IsAttributed ? "[no address]" : row.Owner;
        }

        return by switch
        {
            TrafficGrouping.Remote => conversation.RemoteHostName is { } name ? name : address,
            TrafficGrouping.Protocol => conversation.Protocol,
            _ when conversation.RemotePort == 0 => "[no port]",

            // Ports that clients were given at random say nothing, and there are many of them.
            _ when conversation.RemotePort >= FirstClientPort && conversation.LocalPort < FirstClientPort => "[clients of local ports]",
            _ => string.Create(CultureInfo.InvariantCulture, $"{conversation.RemotePort} {conversation.Protocol}"),
        };
    }

    private static (string Key, string Name) Single(string name) => (name, name);
}
