namespace ProcNet.History.Storage;

/// <summary>Rows in the making, interval after interval.</summary>
/// <param name="query">The question.</param>
internal sealed class Chunk(HistoryQuery query)
{
    private readonly Dictionary<long, Slot?> _slots = [];
    private readonly Dictionary<object, TrafficGroup> _groups = [];
    private readonly List<Slot> _touched = [];
    private readonly List<TrafficGroup> _shown = [];
    private long _serial;
    private bool _hasExplainedStep;

    /// <summary>The rows that are ready.</summary>
    public List<object> Rows { get; } = [];

    /// <summary>What counted the bytes, of the rows to come.</summary>
    public TrafficSourceKind Source { get; set; }

    /// <summary>The interval that a moment is in, as far as it can be told from its neighbours.</summary>
    /// <param name="moment">The moment, in milliseconds since 1970.</param>
    /// <param name="to">The end of the question.</param>
    /// <param name="coverage">What is kept.</param>
    public (long Begin, long End) IntervalAt(long moment, long to, Coverage coverage)
    {
        if (query.Interval is not { } interval)
        {
            return (coverage.Floor(moment), to);
        }

        long finest = coverage.FinestStep(moment);
        long step = Math.Max((long)interval.TotalMilliseconds, finest);
        if (step > (long)interval.TotalMilliseconds && !_hasExplainedStep)
        {
            _hasExplainedStep = true;
            query.Explain?.Invoke(
                $"What is older than a day is kept by the hour, what is older than an hour by the minute: before "
                    + $"{UnixTime.FromMilliseconds(moment).ToLocalTime():g} the intervals are longer than {interval} was asked for."
            );
        }

        // Where a day does not begin with an hour of UTC, the tables have no half hours of long ago.
        long end = coverage.Floor(LocalSteps.EndOf(moment, step, query.TimeZone));
        return (coverage.Floor(moment), Math.Min(end > moment ? end : moment + step, to));
    }

    /// <summary>Begins an interval.</summary>
    public void Begin()
    {
        _serial++;
        _touched.Clear();
        _shown.Clear();
    }

    /// <summary>Adds what a subject sent and received.</summary>
    public void Add(long subject, SubjectNames names, in HistoryCounters counters)
    {
        if (!_slots.TryGetValue(subject, out Slot? slot))
        {
            slot = MakeSlot(names.Find(subject));
            _slots.Add(subject, slot);
        }

        if (slot is null)
        {
            return;
        }

        if (slot.Serial != _serial)
        {
            slot.Serial = _serial;
            slot.Sum = counters;
            _touched.Add(slot);
        }
        else
        {
            slot.Sum += counters;
        }
    }

    /// <summary>Makes the interval's rows, largest first.</summary>
    public void End(DateTime timestamp, TimeSpan duration, bool isMeasured)
    {
        foreach (Slot slot in _touched)
        {
            if (slot.Group.Add(slot.Identity, slot.Sum, _serial))
            {
                _shown.Add(slot.Group);
            }
        }

        _shown.Sort(static (left, right) => right.Sum.TotalBytes.CompareTo(left.Sum.TotalBytes));
        foreach (TrafficGroup group in _shown)
        {
            Rows.Add(group.ToRow(timestamp, duration, Source));
        }
    }

    /// <summary>Forgets names: some were removed meanwhile, and their numbers may be others' by now.</summary>
    public void Forget()
    {
        _slots.Clear();
        _groups.Clear();
    }

    private Slot? MakeSlot((HistoryIdentity Identity, HistoryEndpoint? Endpoint) subject)
    {
        if (query.IsWanted?.Invoke(subject.Identity) == false || query.IsWantedEndpoint?.Invoke(subject.Endpoint) == false)
        {
            return null;
        }

        object key = TrafficGroup.KeyOf(query.GroupBy, subject.Identity, subject.Endpoint);
        if (!_groups.TryGetValue(key, out TrafficGroup? group))
        {
            group = new TrafficGroup(query.GroupBy, subject.Identity, subject.Endpoint);
            _groups.Add(key, group);
        }

        return new Slot(group, subject.Identity);
    }

    private sealed class Slot(TrafficGroup group, HistoryIdentity identity)
    {
        public HistoryIdentity Identity => identity;

        public TrafficGroup Group => group;

        public long Serial { get; set; }

        public HistoryCounters Sum { get; set; }
    }
}
