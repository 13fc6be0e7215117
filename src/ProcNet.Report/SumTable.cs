using ProcNet.Presentation;

namespace ProcNet.Report;

/// <summary>The sums of one kind: of processes, of units, of remote ends. Bounded: what comes after that is in one line.</summary>
internal sealed class SumTable(Func<TimeLine>? newLine = null)
{
    public const int MaxLines = 10_000;
    private const string RestName = "[others]";

    private readonly Dictionary<string, Sum> _sums = new(StringComparer.Ordinal);

    /// <summary>Whether there were more than it holds.</summary>
    public bool IsFull { get; private set; }

    /// <summary>How many lines.</summary>
    public int Count => _sums.Count;

    /// <summary>Largest first; those of equal size by name.</summary>
    public IReadOnlyList<Sum> Largest(int count) =>
        [
            .. _sums
                .OrderByDescending(entry => entry.Value.TotalBytes)
                .ThenBy(entry => entry.Key, StringComparer.Ordinal)
                .Take(count)
                .Select(entry => entry.Value),
        ];

    /// <summary>The bytes of all lines but the largest.</summary>
    public (int Count, long Sent, long Received) Rest(IReadOnlyList<Sum> largest) =>
        (
            _sums.Count - largest.Count,
            _sums.Values.Sum(sum => sum.SentBytes) - largest.Sum(sum => sum.SentBytes),
            _sums.Values.Sum(sum => sum.ReceivedBytes) - largest.Sum(sum => sum.ReceivedBytes)
        );

    /// <summary>Adds a row to the line of its key.</summary>
    public Sum Add(string key, string name, TrafficRow row)
    {
        if (!_sums.TryGetValue(key, out Sum? sum))
        {
            if (_sums.Count >= MaxLines)
            {
                IsFull = true;
                (key, name) = (RestName, RestName);
            }

            if (!_sums.TryGetValue(key, out sum))
            {
                _sums.Add(key, sum = new Sum(name, row with { Source = null }) { Line = newLine?.Invoke() });
            }
        }

        sum.Add(row);
        return sum;
    }
}
