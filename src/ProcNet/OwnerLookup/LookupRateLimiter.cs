namespace ProcNet.OwnerLookup;

/// <summary>
/// How many lookups in the kernel the threads that see packets may spend. A flood of new conversations (a port scan, forged addresses) must
/// not cost the capture its packets: what is not asked for at once is looked up when owners are resolved. Thread-safe.
/// </summary>
internal sealed class LookupRateLimiter
{
    /// <summary>Lookups a second that are always affordable: 3 to 10 µs each, a fifth of a busy processor.</summary>
    public const int PerSecond = 20_000;

    /// <summary>How many may come at once: 30 ms of work, which the kernel's rings wait out.</summary>
    public const int Burst = 10_000;

    private readonly Func<long> _milliseconds;
    private long _left = Burst;
    private long _refilledAt;

    /// <summary>Begins full.</summary>
    /// <param name="milliseconds">A clock that only goes forward; null for the system's.</param>
    public LookupRateLimiter(Func<long>? milliseconds = null)
    {
        _milliseconds = milliseconds ?? (static () => Environment.TickCount64);
        _refilledAt = _milliseconds();
    }

    /// <summary>Takes the price of one lookup.</summary>
    /// <returns>False where nothing is left of it.</returns>
    public bool TryTake()
    {
        long now = _milliseconds();
        long before = Volatile.Read(ref _refilledAt);
        if (now != before && Interlocked.CompareExchange(ref _refilledAt, now, before) == before)
        {
            // Who comes at the same moment may find a little less or more: it is a bound, not an account.
            long refill = Math.Min((now - before) * PerSecond / 1000, Burst);
            Volatile.Write(ref _left, Math.Min(Math.Max(Volatile.Read(ref _left), 0) + refill, Burst));
        }

        return Interlocked.Decrement(ref _left) >= 0;
    }
}
