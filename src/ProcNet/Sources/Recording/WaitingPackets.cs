namespace ProcNet.Sources.Recording;

/// <summary>
/// Packets that are taken from the queue and not written yet, in the order of their times: interfaces are read one after the other, a block
/// of each, so they come out of order between them. Used from one thread.
/// </summary>
internal sealed class WaitingPackets
{
    private static readonly Comparer<Entry> s_order = Comparer<Entry>.Create(
        static (left, right) => left.Time != right.Time ? left.Time.CompareTo(right.Time) : left.Sequence.CompareTo(right.Sequence)
    );

    private Entry[] _entries = new Entry[1024];
    private int _first;
    private int _end;
    private long _sequence;

    /// <summary>How many wait.</summary>
    public int Count => _end - _first;

    /// <summary>The earliest.</summary>
    public ref readonly Entry First => ref _entries[_first];

    /// <summary>Adds what the queue has.</summary>
    /// <param name="queue">The queue.</param>
    /// <param name="most">How many to add at most.</param>
    /// <param name="now">When they came, in milliseconds on a clock that only goes forward.</param>
    /// <param name="labels">Is told of each; null for nobody.</param>
    /// <returns>How many were added.</returns>
    public int TakeFrom(PacketQueue queue, int most, long now, IPacketLabels? labels)
    {
        int sortFrom = int.MaxValue;
        int taken = 0;
        while (taken < most && queue.TryTake(out PacketChunk chunk, out int offset))
        {
            MakeRoom(ref sortFrom);
            ref readonly RecordedPacket packet = ref chunk.PacketAt(offset);
            if (_end > _first && packet.Time < _entries[_end - 1].Time)
            {
                sortFrom = Math.Min(sortFrom, PlaceOf(packet.Time, Math.Min(_end, sortFrom)));
            }

            _entries[_end++] = new Entry(packet.Time, _sequence++, now, chunk, offset);
            labels?.Expect(packet.Flow);
            taken++;
        }

        if (sortFrom < _end)
        {
            _entries.AsSpan(sortFrom, _end - sortFrom).Sort(s_order);
        }

        return taken;
    }

    /// <summary>Takes out the earliest.</summary>
    public void RemoveFirst()
    {
        _entries[_first++] = default;
        if (_first == _end)
        {
            _first = _end = 0;
        }
    }

    /// <summary>Where a time belongs among the entries before a place, which are in order: behind those of the same time.</summary>
    private int PlaceOf(long time, int end)
    {
        int low = _first;
        int high = end;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = _entries[middle].Time <= time ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private void MakeRoom(ref int sortFrom)
    {
        if (_end < _entries.Length)
        {
            return;
        }

        int count = Count;
        if (_first > _entries.Length / 2)
        {
            _entries.AsSpan(_first, count).CopyTo(_entries);
            _entries.AsSpan(count, _end - count).Clear();
        }
        else
        {
            var larger = new Entry[_entries.Length * 2];
            _entries.AsSpan(_first, count).CopyTo(larger);
            _entries = larger;
        }

        sortFrom = sortFrom == int.MaxValue ? sortFrom : sortFrom - _first;
        _first = 0;
        _end = count;
    }

    /// <summary>A packet that waits.</summary>
    /// <param name="Time">Its time, in nanoseconds since 1970 UTC.</param>
    /// <param name="Sequence">Of packets of one time, which came first.</param>
    /// <param name="TakenAt">When it was taken from the queue, in milliseconds on a clock that only goes forward.</param>
    /// <param name="Chunk">Where it stands.</param>
    /// <param name="Offset">And where in it.</param>
    internal readonly record struct Entry(long Time, long Sequence, long TakenAt, PacketChunk Chunk, int Offset);
}
