using ProcNet.Addresses;
using ProcNet.Flows;

namespace ProcNet.Packets;

/// <summary>
/// Remembers the ports of fragmented packets, so that later fragments are kept with the first one's conversation.
/// A fixed number of places: an older packet gives way, and its late fragments are then counted as fragments.
/// </summary>
internal sealed class FragmentCache
{
    // Packets that meet in one place of the table do not drive each other out at once.
    private const int PlacesPerSet = 4;

    // Linux itself gives up on a fragmented packet after 30 s (net.ipv4.ipfrag_time).
    private const long LifetimeMicroseconds = 30_000_000;

    private readonly Entry[] _entries;
    private int _snapshots;

    /// <summary>Makes a cache.</summary>
    /// <param name="places">How many packets it remembers; a power of two, at least four.</param>
    public FragmentCache(int places = 1024) => _entries = new Entry[places];

    /// <summary>
    /// What came early by now stays counted as it is: a snapshot has shown it, and what came since one snapshot is told by the difference
    /// to the next.
    /// </summary>
    public void OnSnapshot() => _snapshots++;

    /// <summary>Remembers a first fragment's conversation.</summary>
    /// <returns>
    /// What came of the packet before its first fragment did, and since the last snapshot, counted as <see cref="FlowKind.Fragment"/>; zero
    /// mostly.
    /// </returns>
    public (long Bytes, long Packets) Remember(in DecodedFrame first, long time)
    {
        ref Entry entry = ref Find(first, time, out bool isSame);
        (long Bytes, long Packets) early =
            isSame && !entry.HasConversation && entry.Snapshot == _snapshots ? (entry.EarlyBytes, entry.EarlyPackets) : default;
        entry = new Entry(first, time)
        {
            HasConversation = true,
            Conversation = first.Key,
            ConversationFromLow = first.FromLow,
        };
        return early;
    }

    /// <summary>Finds the conversation of a later fragment; where the first one has not come yet, remembers the bytes to move.</summary>
    /// <param name="later">The later fragment.</param>
    /// <param name="time">Its time, in microseconds since 1970 UTC.</param>
    /// <param name="conversation">The conversation of the first fragment.</param>
    /// <param name="fromLow">Whether its Low endpoint sent the packet.</param>
    public bool TryFind(in DecodedFrame later, long time, out FlowKey conversation, out bool fromLow)
    {
        ref Entry entry = ref Find(later, time, out bool isSame);
        if (isSame && entry.HasConversation)
        {
            conversation = entry.Conversation;
            fromLow = entry.ConversationFromLow;
            return true;
        }

        if (!isSame)
        {
            entry = new Entry(later, time);
        }

        if (entry.Snapshot != _snapshots)
        {
            (entry.Snapshot, entry.EarlyBytes, entry.EarlyPackets) = (_snapshots, 0, 0);
        }

        entry.EarlyBytes += later.Bytes;
        entry.EarlyPackets++;
        conversation = default;
        fromLow = false;
        return false;
    }

    /// <summary>Finds the entry of a packet, or the place that it may have: a free one, else that of the oldest packet.</summary>
    private ref Entry Find(in DecodedFrame frame, long time, out bool isSame)
    {
        FlowKey key = frame.Key;
        bool fromLow = AddressOrder(frame);
        int hash = HashCode.Combine(key.Low, key.High, frame.FragmentId, frame.FragmentProtocol, key.Interface, fromLow);
        Span<Entry> set = _entries.AsSpan(hash & (_entries.Length - PlacesPerSet), PlacesPerSet);
        int oldest = 0;
        for (int i = 0; i < set.Length; i++)
        {
            ref Entry entry = ref set[i];
            if (
                entry.IsUsed
                && time - entry.Time < LifetimeMicroseconds
                && entry.Id == frame.FragmentId
                && entry.FromLow == fromLow
                && entry.Protocol == frame.FragmentProtocol
                && entry.Low == key.Low
                && entry.High == key.High
                && entry.Interface == key.Interface
            )
            {
                isSame = true;
                return ref entry;
            }

            if (!entry.IsUsed || (set[oldest].IsUsed && entry.Time < set[oldest].Time))
            {
                oldest = i;
            }
        }

        isSame = false;
        return ref set[oldest];
    }

    // Ports order a key of equal addresses, and a later fragment has none: only addresses may tell the direction here.
    private static bool AddressOrder(in DecodedFrame frame) => frame.FromLow || frame.Key.Low == frame.Key.High;

    private struct Entry
    {
        public Entry(in DecodedFrame frame, long time)
        {
            Low = frame.Key.Low;
            High = frame.Key.High;
            Protocol = frame.FragmentProtocol;
            Interface = frame.Key.Interface;
            Id = frame.FragmentId;
            FromLow = AddressOrder(frame);
            Time = time;
            IsUsed = true;
        }

        public readonly AddressValue Low;
        public readonly AddressValue High;
        public readonly byte Protocol;
        public readonly ushort Interface;
        public readonly uint Id;
        public readonly bool FromLow;
        public readonly long Time;
        public readonly bool IsUsed;
        public bool HasConversation;
        public FlowKey Conversation;
        public bool ConversationFromLow;

        // After which snapshot the early ones came.
        public int Snapshot;
        public long EarlyBytes;
        public long EarlyPackets;
    }
}
