using System.Numerics;

namespace ProcNet.Attribution;

/// <summary>
/// Spans of time in the order of their coming. Finds the first that meets another span without looking at all: of each half, quarter and so
/// on it knows the earliest begin and the latest end. Mostly later spans begin and end later; then a lookup costs the logarithm of their
/// number.
/// </summary>
internal sealed class SpanIndex
{
    private readonly int _count;
    private readonly int _leaves;

    // A tree in an array: the root at 1, the halves of a node at twice its place, the spans themselves from _leaves on.
    private readonly long[] _begins;
    private readonly long[] _ends;

    /// <summary>Makes an index.</summary>
    /// <param name="spans">The first and the last moment of each.</param>
    public SpanIndex(IReadOnlyList<(long Begin, long End)> spans)
    {
        _count = spans.Count;
        _leaves = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, _count));
        _begins = new long[2 * _leaves];
        _ends = new long[2 * _leaves];
        Array.Fill(_begins, long.MaxValue);
        Array.Fill(_ends, long.MinValue);
        for (int i = 0; i < _count; i++)
        {
            (_begins[_leaves + i], _ends[_leaves + i]) = spans[i];
        }

        for (int node = _leaves - 1; node > 0; node--)
        {
            _begins[node] = Math.Min(_begins[2 * node], _begins[(2 * node) + 1]);
            _ends[node] = Math.Max(_ends[2 * node], _ends[(2 * node) + 1]);
        }
    }

    /// <summary>Finds the first span from a place on that ends not before a moment and begins not after another.</summary>
    /// <param name="from">The place.</param>
    /// <param name="endsSince">The one moment.</param>
    /// <param name="beginsUntil">The other.</param>
    /// <returns>Its place; -1 where there is none.</returns>
    public int FindFirst(int from, long endsSince, long beginsUntil) => Find(1, 0, _leaves, from, endsSince, beginsUntil);

    private int Find(int node, int start, int size, int from, long endsSince, long beginsUntil)
    {
        if (start + size <= from || start >= _count || _begins[node] > beginsUntil || _ends[node] < endsSince)
        {
            return -1;
        }

        if (size == 1)
        {
            return start;
        }

        int half = size / 2;
        int found = Find(2 * node, start, half, from, endsSince, beginsUntil);
        return found >= 0 ? found : Find((2 * node) + 1, start + half, half, from, endsSince, beginsUntil);
    }
}
