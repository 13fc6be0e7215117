namespace ProcNet.Screen;

/// <summary>
/// What was sent and received in the last minute, by sample. Times are those of the host that measured, so that clocks need not
/// agree.
/// </summary>
internal sealed class RateHistory
{
    // A minute of the shortest useful interval; what is older makes room.
    private const int MaxSamples = 600;

    private readonly List<Sample> _samples = [];

    /// <summary>How far back the history goes.</summary>
    public static TimeSpan Length { get; } = TimeSpan.FromMinutes(1);

    /// <summary>Takes a sample, and forgets those that are too old.</summary>
    public void Add(DateTime end, TimeSpan duration, long sent, long received)
    {
        var sample = new Sample(end - duration, end, sent, received);
        if (_samples is [.., Sample last] && last.Begin == sample.Begin && last.End == end)
        {
            _samples[^1] = last with { Sent = last.Sent + sent, Received = last.Received + received };
            return;
        }

        _samples.Add(sample);
        int old = Math.Max(0, _samples.Count - MaxSamples);
        while (_samples[old].End < end - Length)
        {
            old++;
        }

        _samples.RemoveRange(0, old);
    }

    /// <summary>The same, which takes nothing more.</summary>
    public RateHistory Copy()
    {
        var copy = new RateHistory();
        copy._samples.AddRange(_samples);
        return copy;
    }

    /// <summary>The bytes of a span of time; of a sample that is partly in it, a part.</summary>
    public (double Sent, double Received) BytesBetween(DateTime begin, DateTime end)
    {
        double sent = 0,
            received = 0;
        foreach (Sample sample in _samples)
        {
            double share = sample.ShareIn(begin, end);
            sent += share * sample.Sent;
            received += share * sample.Received;
        }

        return (sent, received);
    }

    /// <summary>Adds the bytes of each part of the last minute, the oldest first.</summary>
    public void AddTo(Span<double> parts, DateTime now)
    {
        TimeSpan width = Length / parts.Length;
        foreach (Sample sample in _samples)
        {
            int first = Math.Max(0, (int)((sample.Begin - (now - Length)) / width));
            int last = Math.Min(parts.Length - 1, (int)((sample.End - (now - Length)) / width));
            for (int part = first; part <= last; part++)
            {
                DateTime begin = now - Length + (part * width);
                parts[part] += sample.ShareIn(begin, begin + width) * (sample.Sent + sample.Received);
            }
        }
    }

    private readonly record struct Sample(DateTime Begin, DateTime End, long Sent, long Received)
    {
        public double ShareIn(DateTime begin, DateTime end)
        {
            if (End <= Begin)
            {
                return End > begin && End <= end ? 1 : 0;
            }

            DateTime from = Begin > begin ? Begin : begin;
            DateTime until = End < end ? End : end;
            return until > from ? (until - from) / (End - Begin) : 0;
        }
    }
}
