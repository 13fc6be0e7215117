using ProcNet.Flows;

namespace ProcNet.Attribution;

/// <summary>
/// What is known of translated addresses (NAT): of an endpoint of a conversation as the packets show it, the end as the socket behind the translation
/// knows it. Only grows, to a bound. Not thread-safe.
/// </summary>
internal sealed class AddressTranslations
{
    private const int Capacity = 1 << 17;

    private readonly Dictionary<FiveTuple, FiveTuple?> _known = [];

    /// <summary>Why translations cannot be read here, as a sentence; null where they can, or were not asked for.</summary>
    public string? Unreadable { get; set; }

    /// <summary>Whether any endpoint is known to be translated.</summary>
    public bool HasAny { get; private set; }

    /// <summary>Notes what the kernel said of an endpoint: what is behind it, or that it is not translated.</summary>
    public void Record(in FiveTuple shown, in FiveTuple? behind)
    {
        if (_known.Count < Capacity || _known.ContainsKey(shown))
        {
            _known[shown] = behind;
            HasAny |= behind is not null;
        }
    }

    /// <summary>Whether the kernel was asked about an endpoint and had an answer.</summary>
    public bool Knows(in FiveTuple shown) => _known.ContainsKey(shown);

    /// <summary>Finds what is behind an endpoint.</summary>
    /// <param name="shown">The end as the packets show it.</param>
    /// <param name="behind">The end as its socket knows it.</param>
    /// <returns>False where it is not translated, or nothing is known.</returns>
    public bool TryFind(in FiveTuple shown, out FiveTuple behind)
    {
        if (_known.TryGetValue(shown, out FiveTuple? found) && found is { } end)
        {
            behind = end;
            return true;
        }

        behind = default;
        return false;
    }
}
