using System.Globalization;
using ProcNet.Presentation;

namespace ProcNet.Screen;

/// <summary>All that the screen knows: what each process of each host sent and received. Not safe for several threads.</summary>
internal sealed class Board
{
    // A host that starts a thousand processes a second must not fill the memory: those of the past are summed.
    private const int MaxEntries = 2000;
    private const int KeptWhenFull = 1000;

    private readonly Dictionary<(string Host, int ProcessId, DateTime Start, string Category), BoardEntry> _entries = [];
    private readonly SortedDictionary<string, HostClock> _hosts = new(StringComparer.Ordinal);

    /// <summary>The hosts by name, and how far they are.</summary>
    public IReadOnlyDictionary<string, HostClock> Hosts => _hosts;

    /// <summary>Whether anything came.</summary>
    public bool IsEmpty => _hosts.Count == 0;

    /// <summary>Takes a row.</summary>
    public void Add(TrafficRow row)
    {
        if (!_hosts.TryGetValue(row.Host, out HostClock? clock))
        {
            _hosts.Add(row.Host, clock = new HostClock());
        }

        clock.Hear(row);
        if (row.IsIdle)
        {
            return;
        }

        var key = (
            row.Host,
            row.ProcessId ?? 0,
            row.ProcessStartTime ?? default,
            row.ProcessId is null ? $"{row.Category} {row.Owner}" : ""
        );
        if (!_entries.TryGetValue(key, out BoardEntry? entry))
        {
            if (_entries.Count >= MaxEntries)
            {
                Shrink();
            }

            _entries.Add(key, entry = new BoardEntry(clock, row));
        }

        entry.Add(row);
    }

    /// <summary>The same, which takes nothing more: what a picture that stands still is drawn from.</summary>
    public Board Copy()
    {
        var copy = new Board();
        foreach ((string host, HostClock clock) in _hosts)
        {
            copy._hosts.Add(host, clock.Copy());
        }

        foreach (var entry in _entries)
        {
            copy._entries.Add(entry.Key, entry.Value.Copy(copy._hosts[entry.Key.Host]));
        }

        return copy;
    }

    /// <summary>The lines to show, in their order.</summary>
    /// <param name="group">What one line sums.</param>
    /// <param name="sort">The order.</param>
    /// <param name="filter">Only those with this text in them; empty for all.</param>
    public List<Line> List(ScreenGroup group, ScreenSort sort, string filter)
    {
        Dictionary<string, Line> lines = [];
        foreach (BoardEntry entry in _entries.Values.OrderByDescending(entry => entry.TotalBytes))
        {
            if (!Matches(entry.Row, filter))
            {
                continue;
            }

            (string key, string name) = Describe(entry.Row, group);
            if (!lines.TryGetValue(key, out Line? line))
            {
                line = new Line
                {
                    Key = key,
                    Name = name,
                    Host = entry.Row.Host,
                    IsAttributed = entry.Row.IsAttributed,
                };
                lines.Add(key, line);
            }

            line.Add(entry);
        }

        // The rest of the order breaks ties, so that rows without traffic stay where they are.
        return sort switch
        {
            ScreenSort.Sent =>
            [
                .. lines
                    .Values.OrderByDescending(line => line.SentRate)
                    .ThenByDescending(line => line.TotalBytes)
                    .ThenBy(line => line.Key, StringComparer.Ordinal),
            ],
            ScreenSort.Received =>
            [
                .. lines
                    .Values.OrderByDescending(line => line.ReceivedRate)
                    .ThenByDescending(line => line.TotalBytes)
                    .ThenBy(line => line.Key, StringComparer.Ordinal),
            ],
            ScreenSort.Total =>
            [
                .. lines.Values.OrderByDescending(line => line.TotalBytes).ThenBy(line => line.Key, StringComparer.Ordinal),
            ],
            ScreenSort.Name =>
            [
                .. lines
                    .Values.OrderBy(line => line.Name, StringComparer.OrdinalIgnoreCase)
                    .ThenBy(line => line.Key, StringComparer.Ordinal),
            ],
            _ =>
            [
                .. lines
                    .Values.OrderByDescending(line => line.SentRate + line.ReceivedRate)
                    .ThenByDescending(line => line.TotalBytes)
                    .ThenBy(line => line.Key, StringComparer.Ordinal),
            ],
        };
    }

    private static bool Matches(TrafficRow row, string filter) =>
        filter.Length == 0
        || Has(row.Owner, filter)
        || Has(row.UserName, filter)
        || Has(row.Unit, filter)
        || Has(row.Container, filter)
        || Has(row.Path, filter)
        || Has(row.Host, filter)
        || row.ProcessId?.ToString(CultureInfo.InvariantCulture) == filter;

    private static bool Has(string? text, string filter) => text?.Contains(filter, StringComparison.OrdinalIgnoreCase) == true;

    private static (string Key, string Name) Describe(TrafficRow row, ScreenGroup group)
    {
        string name = group switch
        {
            ScreenGroup.Name => row.Owner,
            ScreenGroup.Unit => row.Unit ?? (row.IsAttributed ? "[no unit]" : row.Owner),
            ScreenGroup.User => row.UserName ?? (row.IsAttributed ? "[no user]" : row.Owner),
            ScreenGroup.Container => row.Container ?? (row.IsAttributed ? "[no container]" : row.Owner),
            ScreenGroup.Host => row.Host.Length == 0 ? Environment.MachineName : row.Host,
            _ => row.Owner,
        };

        // Groups are of one host each, as a process is; what has no process is by its category in every grouping.
        return group == ScreenGroup.Process
            ? (
                $"{row.Host}\n{row.ProcessId ?? 0:D10}\n{row.ProcessStartTime?.Ticks}\n{(row.ProcessId is null ? row.Category + row.Owner : "")}",
                name
            )
            : ($"{row.Host}\n{name}", name);
    }

    private void Shrink()
    {
        // Those of the past first, then those with the fewest bytes. What a host sent in all is counted beside this.
        foreach (
            var old in _entries
                .Where(entry => entry.Key.ProcessId != 0)
                .OrderByDescending(entry => entry.Value.IsRecent)
                .ThenByDescending(entry => entry.Value.TotalBytes)
                .Skip(KeptWhenFull)
                .ToArray()
        )
        {
            _entries.Remove(old.Key);
            var key = (old.Key.Host, 0, default(DateTime), "earlier");
            if (!_entries.TryGetValue(key, out BoardEntry? earlier))
            {
                var row = new TrafficRow
                {
                    Host = old.Key.Host,
                    Owner = "[earlier]",
                    Timestamp = old.Value.Row.Timestamp,
                };
                _entries.Add(key, earlier = new BoardEntry(old.Value.Clock, row, count: 0));
            }

            earlier.Absorb(old.Value);
        }
    }
}
