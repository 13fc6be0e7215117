namespace ProcNet.Interfaces;

/// <summary>
/// Says what interfaces counted by themselves from one look to the next: what a measurement is held against. Not
/// thread-safe.
/// </summary>
/// <param name="read">Reads the counters of all interfaces.</param>
internal sealed class LinkMeter(Func<IReadOnlyList<LinkCounters>> read)
{
    private Dictionary<int, LinkCounters>? _last = TryRead(read);

    /// <summary>Looks again.</summary>
    /// <param name="names">The interfaces that are measured; null for those that a capture of everything takes.</param>
    /// <returns>
    /// What they counted since the look before; null where it cannot be told: one is gone with what it counted, was reset, or the kernel
    /// does not say.
    /// </returns>
    public LinkTraffic? Advance(IReadOnlyCollection<string>? names)
    {
        Dictionary<int, LinkCounters>? before = _last;
        _last = TryRead(read);
        if (_last is null || before is null)
        {
            return null;
        }

        names ??= [.. CaptureSelection.Select([.. _last.Values.Select(static link => link.Link)]).Select(static link => link.Name)];
        long packets = 0;
        long bytes = 0;
        int found = 0;
        foreach (LinkCounters now in _last.Values)
        {
            if (!names.Contains(now.Link.Name))
            {
                continue;
            }

            // One that is new has counted nothing before.
            LinkCounters? then = before.GetValueOrDefault(now.Link.Index);
            if (now.Packets < then?.Packets || now.Bytes < then?.Bytes)
            {
                return null;
            }

            found++;
            packets += now.Packets - (then?.Packets ?? 0);
            bytes += now.Bytes - (then?.Bytes ?? 0);
        }

        return found > 0 && found == names.Count ? new LinkTraffic(bytes, packets) : null;
    }

    private static Dictionary<int, LinkCounters>? TryRead(Func<IReadOnlyList<LinkCounters>> read)
    {
        try
        {
            return read().ToDictionary(static link => link.Link.Index);
        }
        catch (ProcNetException)
        {
            // The comparison is all that is lost, and it says so itself: it has no number.
            return null;
        }
    }
}
