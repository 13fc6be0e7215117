namespace ProcNet.Report;

/// <summary>Lengths of time, as a union: sorted, without overlap. Bounded: beyond it what lies nearest together is joined.</summary>
/// <param name="limit">How many separate ones are kept.</param>
/// <param name="tolerance">How far apart two may lie and still count as one.</param>
internal sealed class Spans(int limit, TimeSpan tolerance)
{
    private readonly List<(DateTime Begin, DateTime End)> _spans = [];

    /// <summary>From the earliest on.</summary>
    public IReadOnlyList<(DateTime Begin, DateTime End)> All => _spans;

    /// <summary>Whether so many came that some were joined: what lies between them is then not told.</summary>
    public bool IsJoined { get; private set; }

    /// <summary>Adds one.</summary>
    /// <returns>How much of it was there already.</returns>
    public TimeSpan Add(DateTime begin, DateTime end)
    {
        TimeSpan overlap = Overlap(begin, end);
        int first = _spans.FindIndex(span => span.End + tolerance >= begin);
        if (first < 0)
        {
            _spans.Add((begin, end));
        }
        else
        {
            int count = 0;
            while (first + count < _spans.Count && _spans[first + count].Begin - tolerance <= end)
            {
                begin = Earlier(begin, _spans[first + count].Begin);
                end = Later(end, _spans[first + count].End);
                count++;
            }

            _spans.RemoveRange(first, count);
            _spans.Insert(first, (begin, end));
        }

        if (_spans.Count > limit)
        {
            Join();
        }

        return overlap;
    }

    /// <summary>How much of a length of time is in it.</summary>
    public TimeSpan Overlap(DateTime begin, DateTime end)
    {
        TimeSpan sum = TimeSpan.Zero;
        foreach ((DateTime spanBegin, DateTime spanEnd) in _spans)
        {
            if (spanBegin >= end)
            {
                break;
            }

            TimeSpan common = Earlier(end, spanEnd) - Later(begin, spanBegin);
            sum += common > TimeSpan.Zero ? common : TimeSpan.Zero;
        }

        return sum;
    }

    private void Join()
    {
        int nearest = 0;
        for (int i = 1; i < _spans.Count - 1; i++)
        {
            if (_spans[i + 1].Begin - _spans[i].End < _spans[nearest + 1].Begin - _spans[nearest].End)
            {
                nearest = i;
            }
        }

        _spans[nearest] = (_spans[nearest].Begin, _spans[nearest + 1].End);
        _spans.RemoveAt(nearest + 1);
        IsJoined = true;
    }

    private static DateTime Earlier(DateTime left, DateTime right) => left < right ? left : right;

    private static DateTime Later(DateTime left, DateTime right) => left > right ? left : right;
}
