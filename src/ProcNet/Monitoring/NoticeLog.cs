namespace ProcNet.Monitoring;

/// <summary>
/// Keeps the notices that other threads give until the thread that may show them takes them. Bounded: where nobody takes them,
/// the first ones stay and the rest is counted. Thread-safe.
/// </summary>
internal sealed class NoticeLog
{
    private const int Capacity = 64;

    private readonly Lock _gate = new();
    private readonly Queue<Notice> _waiting = new();
    private long _lost;

    /// <summary>Adds a notice; never blocks and never throws, so that it may be called from a capture thread.</summary>
    public void Add(Notice notice)
    {
        lock (_gate)
        {
            if (_waiting.Count < Capacity)
            {
                _waiting.Enqueue(notice);
            }
            else
            {
                _lost++;
            }
        }
    }

    /// <summary>Takes the notices that wait, in their order.</summary>
    /// <param name="lost">How many more there were since the last call.</param>
    public IReadOnlyList<Notice> TakeAll(out long lost)
    {
        lock (_gate)
        {
            lost = _lost;
            _lost = 0;
            Notice[] taken = [.. _waiting];
            _waiting.Clear();
            return taken;
        }
    }
}
