namespace ProcNet.Names;

/// <summary>The first bytes of a stream, put together from parts that come in any order, twice, or never. Bounded.</summary>
/// <param name="limit">How many bytes are kept.</param>
internal sealed class StreamPrefix(int limit)
{
    // Parts that wait for those before them: more than that no honest sender has under way in the first bytes of a stream.
    private const int MaxWaiting = 64;

    private readonly List<(int Begin, int End)> _waiting = [];
    private byte[] _bytes = [];
    private int _length;

    /// <summary>What is there without a gap, from the first byte.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

    /// <summary>How much memory it has.</summary>
    public int Capacity => _bytes.Length;

    /// <summary>Whether it cannot take more.</summary>
    public bool IsFull => _length >= limit;

    /// <summary>Adds a part. What was there first stays.</summary>
    /// <param name="offset">Where in the stream it begins.</param>
    /// <param name="part">Its bytes.</param>
    public void Add(long offset, ReadOnlySpan<byte> part)
    {
        if (offset < 0 || offset >= limit || part.IsEmpty)
        {
            return;
        }

        int begin = (int)offset;
        int end = Math.Min(limit, begin + part.Length);
        if (end <= _length || (begin > _length && _waiting.Count >= MaxWaiting))
        {
            return;
        }

        if (_bytes.Length < end)
        {
            Array.Resize(ref _bytes, Math.Min(limit, Math.Max(end, _bytes.Length * 2)));
        }

        for (int at = Math.Max(begin, _length); at < end; at++)
        {
            if (!_waiting.Exists(span => span.Begin <= at && at < span.End))
            {
                _bytes[at] = part[at - begin];
            }
        }

        _waiting.Add((begin, end));
        while (_waiting.FindIndex(span => span.Begin <= _length && _length < span.End) is >= 0 and int next)
        {
            _length = _waiting[next].End;
        }

        _waiting.RemoveAll(span => span.End <= _length);
    }

    /// <summary>Takes the first bytes away: they are read.</summary>
    public void Skip(int count)
    {
        _bytes.AsSpan(count).CopyTo(_bytes);
        _length -= count;
        for (int i = 0; i < _waiting.Count; i++)
        {
            _waiting[i] = (_waiting[i].Begin - count, _waiting[i].End - count);
        }
    }
}
