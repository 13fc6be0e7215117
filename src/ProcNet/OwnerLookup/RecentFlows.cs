using ProcNet.Flows;

namespace ProcNet.OwnerLookup;

/// <summary>
/// Remembers the conversations (or ports) that were asked about lately, so that two threads that see the same first packet do not both ask.
/// A fixed table without locks: a lost race or an overwritten place costs one more lookup.
/// </summary>
internal sealed class RecentFlows
{
    private const int Places = 1 << 14;
    private readonly long[] _marks = new long[Places];

    /// <summary>Marks a conversation.</summary>
    /// <param name="key">The conversation.</param>
    /// <param name="seenAt">The time of its packet, in microseconds since 1970 UTC.</param>
    /// <param name="quietFor">For how long a mark holds, in microseconds.</param>
    /// <returns>True where it was not marked within that time.</returns>
    public bool TryMark(in FlowKey key, long seenAt, long quietFor)
    {
        int hash = key.GetHashCode();
        ref long mark = ref _marks[hash & (Places - 1)];

        // 20 bits of hash that are not in the place, and 44 bits of time: 200 days.
        long tag = (long)((uint)hash >> 14 & 0xFFFFF) << 44;
        long time = seenAt & 0xFFF_FFFF_FFFF;
        long old = Volatile.Read(ref mark);
        if ((old & ~0xFFF_FFFF_FFFF) == tag && Math.Abs(time - (old & 0xFFF_FFFF_FFFF)) < quietFor && old != 0)
        {
            return false;
        }

        Volatile.Write(ref mark, tag | time);
        return true;
    }
}
