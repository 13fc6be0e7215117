namespace ProcNet.PowerShell.Binding;

/// <summary>All conditions of a search for connections: a row must satisfy each of them.</summary>
internal sealed class ConnectionFilters
{
    private readonly List<ConnectionFilter> _filters = [];
    private bool _found;

    /// <summary>Adds a condition where the user gave one.</summary>
    public void Add<T>(string property, IEnumerable<T>? wanted, Func<NetConnection, T?> read)
        where T : struct
    {
        if (wanted is not null)
        {
            _filters.Add(new ValueFilter<T>(property, wanted, read));
        }
    }

    /// <summary>Adds a condition on an address where the user gave one.</summary>
    public void Add(string property, string[]? wanted, Func<NetConnection, System.Net.IPAddress> read)
    {
        if (wanted is not null)
        {
            _filters.Add(new AddressFilter(property, wanted, read));
        }
    }

    /// <summary>Whether a row satisfies every condition.</summary>
    public bool Match(NetConnection row)
    {
        foreach (ConnectionFilter filter in _filters)
        {
            if (!filter.Matches(row))
            {
                return false;
            }
        }

        _found = true;
        return true;
    }

    /// <summary>
    /// What was asked for literally and not found, in the manner of Get-NetTCPConnection: of a single condition each value that
    /// no row had; of several conditions, all literal, the conditions together where no row satisfied them; else nothing.
    /// </summary>
    public IEnumerable<(string Property, object Value)> NotFound()
    {
        if (_filters is [ConnectionFilter only])
        {
            return only.Missed.Select(value => (only.Property, value));
        }

        return _filters.Count > 1 && !_found && _filters.TrueForAll(static filter => filter.IsLiteral)
            ? [(string.Join(", ", _filters.Select(static filter => filter.Property)), "the given values")]
            : [];
    }
}
