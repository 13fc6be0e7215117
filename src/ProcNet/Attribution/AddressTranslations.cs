using ProcNet.Flows;

namespace ProcNet.Attribution;

/// <summary>
/// What is known of translated addresses (NAT): of an endpoint of a conversation as the packets show it, the end as the socket behind the
/// translation knows it. Only grows, to a bound. Thread-safe.
/// </summary>
internal sealed class AddressTranslations
{
    private const int Capacity = 1 << 17;

    private readonly Lock _gate = new();
    private readonly Dictionary<FiveTuple, FiveTuple?> _known = [];
    private volatile bool _hasAny;
    private volatile string? _unreadable;

    /// <summary>Why translations cannot be read here, as a sentence; null where they can, or were not asked for.</summary>
    public string? Unreadable
    {
        get => _unreadable;
        set => _unreadable = value;
    }

    /// <summary>Whether any endpoint is known to be translated.</summary>
    public bool HasAny => _hasAny;

    /// <summary>Notes what the kernel said of an endpoint: what is behind it, or that it is not translated.</summary>
    public void Record(in FiveTuple shown, in FiveTuple? behind)
    {
        lock (_gate)
        {
            if (_known.Count < Capacity || _known.ContainsKey(shown))
            {
                _known[shown] = behind;
                _hasAny |= behind is not null;
            }
        }
    }

    /// <summary>Whether the kernel was asked about an endpoint and had an answer.</summary>
    public bool Knows(in FiveTuple shown)
    {
        lock (_gate)
        {
            return _known.ContainsKey(shown);
        }
    }

    /// <summary>Finds what is behind an endpoint.</summary>
    /// <param name="shown">The end as the packets show it.</param>
    /// <param name="behind">The end as its socket knows it.</param>
    /// <returns>False where it is not translated, or nothing is known.</returns>
    public bool TryFind(in FiveTuple shown, out FiveTuple behind)
    {
        lock (_gate)
        {
            bool isTranslated = _known.TryGetValue(shown, out FiveTuple? found) && found is not null;
            behind = found.GetValueOrDefault();
            return isTranslated;
        }
    }
}
