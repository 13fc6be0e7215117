using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace ProcNet.Flows;

/// <summary>
/// Counters by conversation: a dense array of entries and an open-addressed index into it. It grows to a fixed number of
/// entries and no further. Then conversations of few packets make room (<see cref="MakeRoom"/>): a flood of them must not hide those that
/// carry bytes. What finds no room all the same is counted under <see cref="FlowKind.TableFull"/>.
/// </summary>
internal sealed class FlowTable
{
    /// <summary>How many entries a table may have when nothing else is said: 30 MB.</summary>
    public const int DefaultCapacity = 1 << 18;

    // A packet crosses a bridge, a veth and a card well within this.
    private const long ObservationsApartMicroseconds = 1_000_000;

    // A scan, a forged address, a query and its answer have fewer; what has more carries something.
    private const int MostPacketsOfFew = 15;
    private const int UsualPacket = 1500;

    private readonly int _capacity;
    private FlowCounters[] _entries;
    private Slot[] _index;
    private int _count;
    private int _lastNumber;

    /// <summary>Makes a table.</summary>
    /// <param name="capacity">The most conversations that it may hold.</param>
    public FlowTable(int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        int first = Math.Min(1024, capacity);
        _entries = new FlowCounters[first];
        _index = new Slot[IndexSize(first)];
    }

    /// <summary>How many entries there are.</summary>
    public int Count => _count;

    /// <summary>How many there may be.</summary>
    public int Capacity => _capacity;

    /// <summary>All entries, in the order in which they came.</summary>
    public ReadOnlySpan<FlowCounters> Entries => _entries.AsSpan(0, _count);

    /// <summary>Finds the newest entry of a key, or adds one with that key and no counts.</summary>
    /// <param name="key">The conversation.</param>
    /// <param name="added">Whether the entry is new.</param>
    /// <returns>The entry, or a null reference where it is new and the table is full.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref FlowCounters GetOrAdd(in FlowKey key, out bool added)
    {
        int hash = key.GetHashCode();
        Slot[] index = _index;
        int mask = index.Length - 1;
        for (int place = hash & mask; ; place = (place + 1) & mask)
        {
            ref Slot slot = ref index[place];
            if (slot.EntryPlusOne == 0)
            {
                return ref Add(key, hash, out added);
            }

            if (slot.Hash == hash)
            {
                ref FlowCounters entry = ref _entries[slot.EntryPlusOne - 1];
                if (entry.Key.Equals(key))
                {
                    added = false;
                    return ref entry;
                }
            }
        }
    }

    /// <summary>
    /// Has the processor fetch where the index says of a key, for <see cref="PrefetchEntry"/> and
    /// <see cref="GetOrAdd"/>.
    /// </summary>
    /// <returns>The key's hash.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int PrefetchIndex(in FlowKey key)
    {
        int hash = key.GetHashCode();
        Prefetch(ref _index[hash & (_index.Length - 1)]);
        return hash;
    }

    /// <summary>Has the processor fetch the entry that a hash most likely leads to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PrefetchEntry(int hash)
    {
        int entry = _index[hash & (_index.Length - 1)].EntryPlusOne - 1;
        if (entry >= 0)
        {
            // It is longer than a line of the cache.
            Prefetch(ref _entries[entry]);
            Prefetch(ref _entries[entry].Flags);
        }
    }

    /// <summary>Adds an entry of the next generation for a key that is there; the older one keeps its counts.</summary>
    /// <returns>The entry, or a null reference where the table is full.</returns>
    public ref FlowCounters AddGeneration(in FlowKey key)
    {
        int older = IndexOf(key);
        _entries[older].Flags |= FlowFlags.Superseded;
        if (_count == _capacity)
        {
            return ref Unsafe.NullRef<FlowCounters>();
        }

        if (_count == _entries.Length)
        {
            Grow();
        }

        int place = FindPlace(_index, key, key.GetHashCode());
        _index[place].EntryPlusOne = _count + 1;
        ref FlowCounters entry = ref _entries[_count++];
        entry.Key = key;
        entry.Number = ++_lastNumber;
        entry.Generation = _entries[older].Generation + 1;
        return ref entry;
    }

    /// <summary>Takes out conversations without a packet since a time, closed ones sooner. The others keep their order.</summary>
    /// <param name="idleSince">The time for those that nobody closed.</param>
    /// <param name="closedSince">The time for those that were closed, not earlier.</param>
    /// <param name="places">Gets the place of each that was taken out, ascending.</param>
    /// <returns>Those taken out, in their order.</returns>
    public FlowCounters[] Expire(long idleSince, long closedSince, List<int> places)
    {
        // The same packets on another interface: they go together, or one of the two would count as the only observation.
        var staying = new HashSet<FlowKey>();
        for (int i = 0; i < _count; i++)
        {
            long late = _entries[i].LastSeen - Deadline(_entries[i], idleSince, closedSince);
            if (late >= 0 && late < ObservationsApartMicroseconds)
            {
                staying.Add(AnywhereKey(_entries[i].Key));
            }
        }

        var expired = new List<FlowCounters>();
        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            ref readonly FlowCounters entry = ref _entries[i];
            if (
                entry.Key.Kind == FlowKind.Conversation
                && entry.LastSeen < Deadline(entry, idleSince, closedSince)
                && !staying.Contains(AnywhereKey(entry.Key))
            )
            {
                expired.Add(entry);
                places.Add(i);
            }
            else
            {
                _entries[kept++] = entry;
            }
        }

        if (expired.Count > 0)
        {
            Array.Clear(_entries, kept, _count - kept);
            _count = kept;
            IndexAgain();
        }

        return [.. expired];
    }

    /// <summary>Finds an entry by its number; a null reference where it was taken out.</summary>
    public ref readonly FlowCounters Find(int number)
    {
        // Entries keep the order in which they came.
        int low = 0;
        int high = _count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int found = _entries[middle].Number;
            if (found == number)
            {
                return ref _entries[middle];
            }

            (low, high) = found < number ? (middle + 1, high) : (low, middle - 1);
        }

        return ref Unsafe.NullRef<FlowCounters>();
    }

    /// <summary>
    /// Takes out conversations of few packets, the fewest first and none of those that came last: a conversation that has only begun looks
    /// like one of a flood. The others keep their order.
    /// </summary>
    /// <param name="sums">Get the counts of what is taken out.</param>
    /// <returns>Whether it was worth it; false where all conversations are of many packets.</returns>
    public bool MakeRoom(OverflowSums sums)
    {
        int old = _count - (_count / 4);
        int few = FindFew(old);
        if (few == 0)
        {
            return false;
        }

        int kept = 0;
        for (int i = 0; i < _count; i++)
        {
            ref readonly FlowCounters entry = ref _entries[i];
            if (i < old && SizeOf(entry) <= few)
            {
                sums.Add(entry);
            }
            else if (kept++ != i)
            {
                _entries[kept - 1] = entry;
            }
        }

        Array.Clear(_entries, kept, _count - kept);
        _count = kept;
        IndexAgain();
        return true;
    }

    /// <summary>
    /// How many packets the smallest quarter of the older entries has at most; 0 where those of few packets are not worth the
    /// while.
    /// </summary>
    private int FindFew(int old)
    {
        Span<int> ofSize = stackalloc int[MostPacketsOfFew + 1];
        ofSize.Clear();
        for (int i = 0; i < old; i++)
        {
            int size = SizeOf(_entries[i]);
            if (size <= MostPacketsOfFew)
            {
                ofSize[size]++;
            }
        }

        int found = 0;
        for (int size = 0; size <= MostPacketsOfFew; size++)
        {
            found += ofSize[size];
            if (found >= _capacity / 4)
            {
                return Math.Max(size, 1);
            }
        }

        return found >= Math.Max(1, _capacity / 16) ? MostPacketsOfFew : 0;
    }

    // In packets of the usual greatest length: what the card or the kernel put together is not small.
    private static int SizeOf(in FlowCounters entry) =>
        (int)Math.Min(Math.Max(entry.TotalPackets, entry.TotalBytes / UsualPacket), int.MaxValue);

    private static long Deadline(in FlowCounters entry, long idleSince, long closedSince) =>
        (entry.Flags & (FlowFlags.Closing | FlowFlags.Superseded)) != 0 ? closedSince : idleSince;

    private static FlowKey AnywhereKey(in FlowKey key) => key.OnInterface(0);

    // A hint, which may point anywhere: nothing needs pinning. Other processors than x64 have no such instruction in .NET.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Prefetch<T>(ref T place)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref place));
        }
    }

    private void IndexAgain()
    {
        Array.Clear(_index);
        for (int i = 0; i < _count; i++)
        {
            // In the order of their coming: of a 5-tuple with several generations the newest stays.
            int hash = _entries[i].Key.GetHashCode();
            _index[FindPlace(_index, _entries[i].Key, hash)] = new Slot { Hash = hash, EntryPlusOne = i + 1 };
        }
    }

    private int IndexOf(in FlowKey key) => _index[FindPlace(_index, key, key.GetHashCode())].EntryPlusOne - 1;

    private int FindPlace(Slot[] index, in FlowKey key, int hash)
    {
        int mask = index.Length - 1;
        int place = hash & mask;
        while (index[place].EntryPlusOne != 0 && !(index[place].Hash == hash && _entries[index[place].EntryPlusOne - 1].Key.Equals(key)))
        {
            place = (place + 1) & mask;
        }

        return place;
    }

    private ref FlowCounters Add(in FlowKey key, int hash, out bool added)
    {
        added = true;
        if (_count == _capacity)
        {
            return ref Unsafe.NullRef<FlowCounters>();
        }

        if (_count == _entries.Length)
        {
            Grow();
        }

        int place = FindPlace(_index, key, hash);
        _index[place] = new Slot { Hash = hash, EntryPlusOne = _count + 1 };
        ref FlowCounters entry = ref _entries[_count++];
        entry.Key = key;
        entry.Number = ++_lastNumber;
        return ref entry;
    }

    private void Grow()
    {
        int size = Math.Min(_entries.Length * 2, _capacity);
        Array.Resize(ref _entries, size);
        Slot[] old = _index;
        var index = new Slot[IndexSize(size)];
        int mask = index.Length - 1;

        // Each key has one slot (its newest entry), so no key needs comparing.
        foreach (Slot slot in old)
        {
            if (slot.EntryPlusOne == 0)
            {
                continue;
            }

            int place = slot.Hash & mask;
            while (index[place].EntryPlusOne != 0)
            {
                place = (place + 1) & mask;
            }

            index[place] = slot;
        }

        _index = index;
    }

    // At most half full, so that a probe is short.
    private static int IndexSize(int entries) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)entries * 2);

    private struct Slot
    {
        public int Hash;
        public int EntryPlusOne;
    }
}
