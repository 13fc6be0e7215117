using ProcNet.Flows;

namespace ProcNet.Attribution;

/// <summary>
/// What is known of translated addresses (NAT): of an end of a conversation as the packets show it, the end as the socket behind the translation
/// knows it. Only grows, to a bound. Not thread-safe.
/// </summary>
internal sealed class AddressTranslations
{
    private const int Capacity = 1 << 17;

    private readonly Dictionary<ConversationEnd, ConversationEnd?> _known = [];

    /// <summary>Why translations cannot be read here, as a sentence; null where they can, or were not asked for.</summary>
    public string? Unreadable { get; set; }

    /// <summary>Whether any end is known to be translated.</summary>
    public bool HasAny { get; private set; }

    /// <summary>Notes what the kernel said of an end: what is behind it, or that it is not translated.</summary>
    public void See(in ConversationEnd shown, in ConversationEnd? behind)
    {
        if (_known.Count < Capacity || _known.ContainsKey(shown))
        {
            _known[shown] = behind;
            HasAny |= behind is not null;
        }
    }

    /// <summary>Whether the kernel was asked about an end and had an answer.</summary>
    public bool Knows(in ConversationEnd shown) => _known.ContainsKey(shown);

    /// <summary>Finds what is behind an end.</summary>
    /// <param name="shown">The end as the packets show it.</param>
    /// <param name="behind">The end as its socket knows it.</param>
    /// <returns>False where it is not translated, or nothing is known.</returns>
    public bool TryFind(in ConversationEnd shown, out ConversationEnd behind)
    {
        if (_known.TryGetValue(shown, out ConversationEnd? found) && found is { } end)
        {
            behind = end;
            return true;
        }

        behind = default;
        return false;
    }
}
