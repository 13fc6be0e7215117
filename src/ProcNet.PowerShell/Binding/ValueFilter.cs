namespace ProcNet.PowerShell.Binding;

/// <summary>A condition on a number or an enumeration.</summary>
/// <param name="property">The name of the property.</param>
/// <param name="wanted">The values.</param>
/// <param name="read">Reads the property; null where a row has none.</param>
internal sealed class ValueFilter<T>(string property, IEnumerable<T> wanted, Func<NetConnection, T?> read) : ConnectionFilter(property)
    where T : struct
{
    private readonly HashSet<T> _wanted = [.. wanted];
    private readonly HashSet<T> _seen = [];

    /// <inheritdoc/>
    public override bool IsLiteral => true;

    /// <inheritdoc/>
    public override IEnumerable<object> Missed => _wanted.Where(value => !_seen.Contains(value)).Cast<object>();

    /// <inheritdoc/>
    public override bool Matches(NetConnection row)
    {
        if (read(row) is not T value || !_wanted.Contains(value))
        {
            return false;
        }

        _seen.Add(value);
        return true;
    }
}
