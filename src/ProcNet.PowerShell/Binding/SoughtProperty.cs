namespace ProcNet.PowerShell.Binding;

/// <summary>The values of one property that the user asked for, and which of them no row had so far.</summary>
/// <param name="name">The property.</param>
/// <param name="literals">The values without wildcards: as rows have them, and as the user wrote them.</param>
/// <param name="hasWildcards">Whether there are others.</param>
/// <param name="read">Reads the property.</param>
internal sealed class SoughtProperty(
    string name,
    IEnumerable<KeyValuePair<object, object>> literals,
    bool hasWildcards,
    Func<NetConnection, object> read
)
{
    private readonly Dictionary<object, object> _missing = literals.DistinctBy(static literal => literal.Key).ToDictionary();

    /// <summary>The property.</summary>
    public string Name => name;

    /// <summary>Whether some values have wildcards, which may match nothing.</summary>
    public bool HasWildcards => hasWildcards;

    /// <summary>What no row had, as the user wrote it.</summary>
    public IEnumerable<object> Missing => _missing.Values;

    /// <summary>Notes the value of a row.</summary>
    public void Record(NetConnection row)
    {
        if (_missing.Count > 0)
        {
            _missing.Remove(read(row));
        }
    }
}
