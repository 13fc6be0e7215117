using ProcNet.Addresses;
using ProcNet.Flows;

namespace ProcNet.Names;

/// <summary>A name that a conversation asked for by itself.</summary>
/// <param name="Time">When.</param>
/// <param name="FromLow">Whether the Low endpoint asked.</param>
/// <param name="Name">The name.</param>
/// <param name="Evidence">How it asked.</param>
/// <param name="MayBeCover">Whether the true name may be in an encrypted part, and this one the provider's.</param>
internal readonly record struct AskedName(long Time, bool FromLow, string Name, NameEvidence Evidence, bool MayBeCover);

/// <summary>A name that a client was told the address of.</summary>
/// <param name="Name">The name.</param>
/// <param name="From">Since when the client knows.</param>
/// <param name="Until">How long the address holds for it.</param>
internal readonly record struct ToldName(string Name, long From, long Until);

/// <summary>
/// What was learned of names, with its times. Bounded: where more comes than it holds, the oldest goes, and what it named has no name.
/// Thread-safe: one thread learns while others read.
/// </summary>
internal sealed class NameRegister
{
    public const int MaxAsked = 131_072;
    public const int MaxTold = 65_536;
    private const int MaxOfOneAddress = 32;
    private const int MaxOfOneConversation = 8;

    private readonly Lock _gate = new();
    private readonly Dictionary<FlowKey, List<AskedName>> _asked = [];
    private readonly Queue<FlowKey> _askedInOrder = [];
    private readonly Dictionary<(AddressValue Client, AddressValue Address), List<ToldName>> _told = [];
    private readonly Queue<(AddressValue Client, AddressValue Address)> _toldInOrder = [];
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <summary>Notes what a conversation asked for.</summary>
    public void Add(in FlowKey key, AskedName asked)
    {
        lock (_gate)
        {
            if (!_asked.TryGetValue(key, out List<AskedName>? names))
            {
                if (_asked.Count >= MaxAsked)
                {
                    _asked.Remove(_askedInOrder.Dequeue());
                }

                _asked.Add(key, names = []);
                _askedInOrder.Enqueue(key);
            }

            if (names.Count >= MaxOfOneConversation)
            {
                names.RemoveAt(0);
            }

            names.Add(asked with { Name = Intern(asked.Name) });
        }
    }

    /// <summary>Notes what a client was told.</summary>
    public void Add(AddressValue client, AddressValue address, ToldName told)
    {
        lock (_gate)
        {
            if (!_told.TryGetValue((client, address), out List<ToldName>? names))
            {
                if (_told.Count >= MaxTold)
                {
                    _told.Remove(_toldInOrder.Dequeue());
                }

                _told.Add((client, address), names = []);
                _toldInOrder.Enqueue((client, address));
            }

            // The same name again lasts longer; where it had lapsed meanwhile, both times stand.
            int before = names.FindLastIndex(known => known.Name == told.Name);
            if (before >= 0 && names[before].Until >= told.From)
            {
                names[before] = names[before] with { Until = Math.Max(names[before].Until, told.Until) };
                return;
            }

            if (names.Count >= MaxOfOneAddress)
            {
                names.RemoveAt(0);
            }

            names.Add(told with { Name = Intern(told.Name) });
        }
    }

    /// <summary>What a conversation asked for while it lived; empty for nothing.</summary>
    public IReadOnlyList<AskedName> Asked(in FlowKey key, long firstSeen, long lastSeen)
    {
        lock (_gate)
        {
            return _asked.TryGetValue(key, out List<AskedName>? names)
                ? names.FindAll(asked => asked.Time >= firstSeen && asked.Time <= lastSeen)
                : [];
        }
    }

    /// <summary>
    /// The names that an address had for a client at a time: those that held then; where none did, that which was told last before.
    /// Empty where none was told before.
    /// </summary>
    public IReadOnlyList<ToldName> Told(AddressValue client, AddressValue address, long time)
    {
        lock (_gate)
        {
            if (!_told.TryGetValue((client, address), out List<ToldName>? names))
            {
                return [];
            }

            List<ToldName> holding = names.FindAll(told => told.From <= time && time <= told.Until);
            if (holding.Count > 0)
            {
                return holding;
            }

            List<ToldName> before = names.FindAll(told => told.From <= time);
            return before.Count == 0 ? [] : [before.MaxBy(static told => told.Until)];
        }
    }

    /// <summary>All clients that were told anything.</summary>
    public IReadOnlyCollection<AddressValue> Clients
    {
        get
        {
            lock (_gate)
            {
                return _told.Keys.Select(static key => key.Client).ToHashSet();
            }
        }
    }

    // The same few names come again and again.
    private string Intern(string name)
    {
        if (_names.TryGetValue(name, out string? known))
        {
            return known;
        }

        if (_names.Count >= MaxTold)
        {
            _names.Clear();
        }

        _names.Add(name, name);
        return name;
    }
}
