namespace ProcNet.Attribution;

/// <summary>
/// What the samples of one measurement add up to, row by row. Bounded: a process that has ended is let go of, and of groups there
/// is a limit.
/// </summary>
internal sealed class RunningTotals
{
    /// <summary>How many rows are kept at most.</summary>
    public const int Capacity = 65_536;

    private readonly Dictionary<object, (long Sent, long Received)> _totals = [];

    /// <summary>Adds a sample's row.</summary>
    /// <param name="key">What tells the row from others in every sample.</param>
    /// <param name="sent">Bytes of this sample.</param>
    /// <param name="received">Bytes of this sample.</param>
    /// <param name="isLast">Whether no other sample can have the row.</param>
    /// <returns>The totals with this sample; null where they are not kept.</returns>
    public (long Sent, long Received)? Add(object key, long sent, long received, bool isLast = false)
    {
        bool isKnown = _totals.TryGetValue(key, out (long Sent, long Received) before);
        if (!isKnown && _totals.Count >= Capacity)
        {
            return null;
        }

        (long Sent, long Received) now = (before.Sent + sent, before.Received + received);
        if (isLast)
        {
            _totals.Remove(key);
        }
        else
        {
            _totals[key] = now;
        }

        return now;
    }
}
