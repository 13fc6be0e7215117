using System.Net;

namespace ProcNet.PowerShell.Binding;

/// <summary>A condition on an address: exact, or with wildcards.</summary>
/// <param name="property">The name of the property.</param>
/// <param name="wanted">The addresses as the user wrote them.</param>
/// <param name="read">Reads the property.</param>
internal sealed class AddressFilter(string property, IEnumerable<string> wanted, Func<NetConnection, IPAddress> read) : ConnectionFilter(property)
{
    private readonly AddressPattern[] _wanted = [.. wanted.Select(text => new AddressPattern(text))];
    private readonly HashSet<AddressPattern> _seen = [];

    /// <inheritdoc/>
    public override bool IsLiteral => Array.TrueForAll(_wanted, static pattern => pattern.IsLiteral);

    /// <inheritdoc/>
    public override IEnumerable<object> Missed =>
        _wanted.Where(pattern => pattern.IsLiteral && !_seen.Contains(pattern)).Select(static pattern => pattern.Text);

    /// <inheritdoc/>
    public override bool Matches(NetConnection row)
    {
        bool matches = false;
        IPAddress address = read(row);
        foreach (AddressPattern pattern in _wanted)
        {
            if (pattern.Matches(address))
            {
                _seen.Add(pattern);
                matches = true;
            }
        }

        return matches;
    }
}
