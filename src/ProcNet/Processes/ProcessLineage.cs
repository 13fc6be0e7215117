namespace ProcNet.Processes;

/// <summary>
/// Which processes descend from one, by what was seen of their beginnings. Ids come back: of each id it knows its lives, one after the
/// other, and since when each one is.
/// </summary>
internal sealed class ProcessLineage
{
    // A start comes in ticks of ten milliseconds, and the two clocks are not read at one moment.
    private const long Slack = 100_000;

    private readonly Dictionary<int, List<Life>> _lives = [];

    /// <summary>Begins.</summary>
    /// <param name="root">The process whose descendants count, as itself does.</param>
    /// <param name="present">All processes that there are: none of them descends from it later.</param>
    public ProcessLineage(int root, IEnumerable<int> present)
    {
        foreach (int id in present)
        {
            Add(id, new Life(long.MinValue, IsMember: id == root));
        }

        if (!_lives.ContainsKey(root))
        {
            Add(root, new Life(long.MinValue, IsMember: true));
        }
    }

    /// <summary>The ids that belong to it in their latest lives.</summary>
    public IEnumerable<int> Members => _lives.Where(static entry => entry.Value[^1].IsMember).Select(static entry => entry.Key);

    /// <summary>Notes that a process began.</summary>
    /// <param name="parent">Its parent.</param>
    /// <param name="child">Its id.</param>
    /// <param name="time">When, in microseconds since 1970 UTC.</param>
    public void Note(int parent, int child, long time) => Add(child, new Life(time, IsMemberNow(parent)));

    /// <summary>Whether the latest life of an id belongs to it.</summary>
    public bool IsMemberNow(int id) => _lives.TryGetValue(id, out List<Life>? lives) && lives[^1].IsMember;

    /// <summary>Whether a process belongs to it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="startTime">When it began, in microseconds since 1970 UTC; null for the latest life.</param>
    /// <param name="parentId">Its parent when it was first seen, for one whose beginning was not seen; null where it is not known.</param>
    public bool Has(int id, long? startTime, int? parentId) =>
        _lives.TryGetValue(id, out List<Life>? lives)
            ? Of(lives, startTime).IsMember
            : parentId is int parent && _lives.TryGetValue(parent, out List<Life>? parents) && Of(parents, startTime).IsMember;

    private static Life Of(List<Life> lives, long? startTime) =>
        startTime is { } time && lives.FindLast(life => life.Since <= time + Slack) is { } life ? life
        : startTime is null ? lives[^1]
        : lives[0];

    private void Add(int id, Life life)
    {
        if (!_lives.TryGetValue(id, out List<Life>? lives))
        {
            _lives.Add(id, lives = []);
        }

        lives.Add(life);
    }

    private sealed record Life(long Since, bool IsMember);
}
