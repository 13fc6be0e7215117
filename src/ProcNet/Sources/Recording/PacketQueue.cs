namespace ProcNet.Sources.Recording;

/// <summary>
/// Packets on their way from the capture to the file, bounded in bytes. One adds (the capture, under its lock) and one takes; neither waits
/// for the other.
/// </summary>
internal sealed class PacketQueue
{
    // Of what a burst needed, so much stays for the next one.
    private const int MostSpare = 4;

    private readonly Lock _gate = new();
    private readonly Queue<PacketChunk> _full = new();
    private readonly Stack<PacketChunk> _spare = new();
    private readonly int _mostChunks;
    private PacketChunk _filling = new();
    private PacketChunk _emptying;
    private int _emptied;
    private int _chunks = 1;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="capacity">The most bytes that it may hold, packets that are taken and not released among them.</param>
    public PacketQueue(long capacity)
    {
        _mostChunks = (int)Math.Max(2, capacity / PacketChunk.Size);
        _emptying = _filling;
    }

    /// <summary>Packets that found no room.</summary>
    public long Dropped { get; private set; }

    /// <summary>How full it is: 0 to 1.</summary>
    public double Fullness => (double)Volatile.Read(ref _chunks) / _mostChunks;

    /// <summary>Adds a packet; never waits.</summary>
    /// <returns>False where there is no room: it is counted in <see cref="Dropped"/>.</returns>
    public bool TryAdd(in RecordedPacket packet, ReadOnlySpan<byte> frame)
    {
        if (_filling.TryAdd(packet, frame) || (TryBeginChunk() && _filling.TryAdd(packet, frame)))
        {
            return true;
        }

        Dropped++;
        return false;
    }

    /// <summary>Takes the next packet. It stays where it is until it is released.</summary>
    /// <returns>False where there is none.</returns>
    public bool TryTake(out PacketChunk chunk, out int offset)
    {
        while (true)
        {
            chunk = _emptying;
            offset = _emptied;
            if (offset < chunk.Written)
            {
                _emptied = offset + PacketChunk.SpaceOf(chunk.PacketAt(offset).CapturedLength);
                chunk.Pending++;
                return true;
            }

            lock (_gate)
            {
                // What was added while nobody looked comes first.
                if (offset < chunk.Written)
                {
                    continue;
                }

                if (_full.Count == 0)
                {
                    return false;
                }

                _full.Dequeue();
                _emptying = _full.Count > 0 ? _full.Peek() : _filling;
                _emptied = 0;
            }

            Recycle(chunk);
        }
    }

    /// <summary>Gives back the room of a packet that was taken.</summary>
    public void Release(PacketChunk chunk)
    {
        chunk.Pending--;
        if (chunk != _emptying)
        {
            Recycle(chunk);
        }
    }

    private bool TryBeginChunk()
    {
        lock (_gate)
        {
            if (!_spare.TryPop(out PacketChunk? next))
            {
                if (_chunks == _mostChunks)
                {
                    return false;
                }

                next = new PacketChunk();
                _chunks++;
            }

            _full.Enqueue(_filling);
            _filling = next;
            return true;
        }
    }

    /// <summary>Takes back a chunk that is emptied, once none of its packets waits any more.</summary>
    private void Recycle(PacketChunk chunk)
    {
        if (chunk.Pending > 0)
        {
            return;
        }

        lock (_gate)
        {
            if (_spare.Count < MostSpare)
            {
                chunk.Clear();
                _spare.Push(chunk);
            }
            else
            {
                _chunks--;
            }
        }
    }
}
