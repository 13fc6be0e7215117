using ProcNet.Addresses;

namespace ProcNet.PowerShell.Binding;

/// <summary>
/// What the user asked for by value, and whether it was found. To ask literally for what is not there is an error, in the manner of
/// Windows' Get-NetTCPConnection.
/// </summary>
internal sealed class SoughtConnections
{
    private readonly List<SoughtProperty> _properties = [];
    private bool _foundAny;

    /// <summary>Adds values of a property, where the user asked for any.</summary>
    public void Add<T>(string property, IEnumerable<T>? values, Func<NetConnection, T> read)
        where T : notnull
    {
        if (values is not null)
        {
            _properties.Add(
                new SoughtProperty(
                    property,
                    values.Select(value => KeyValuePair.Create<object, object>(value, value)),
                    hasWildcards: false,
                    row => read(row)
                )
            );
        }
    }

    /// <summary>Adds addresses, where the user asked for any.</summary>
    public void Add(string property, AddressPattern[]? addresses, Func<NetConnection, System.Net.IPAddress> read)
    {
        if (addresses is not null)
        {
            _properties.Add(
                new SoughtProperty(
                    property,
                    addresses
                        .Where(static address => address.Exact is not null)
                        .Select(static address => KeyValuePair.Create<object, object>(address.Exact!.Value, address.Text)),
                    Array.Exists(addresses, static address => address.Exact is null),
                    row => AddressValue.From(read(row))
                )
            );
        }
    }

    /// <summary>Adds ports, where the user asked for any. A range may find nothing, as a wildcard may.</summary>
    public void Add(string property, PortRange[]? ports, Func<NetConnection, int> read)
    {
        if (ports is not null)
        {
            _properties.Add(
                new SoughtProperty(
                    property,
                    ports
                        .Where(static port => port.Only is not null)
                        .Select(static port => KeyValuePair.Create<object, object>(port.Only!.Value, port.Only.Value)),
                    Array.Exists(ports, static port => port.Only is null),
                    row => read(row)
                )
            );
        }
    }

    /// <summary>Notes a row that was found.</summary>
    public void Record(NetConnection row)
    {
        _foundAny = true;
        foreach (SoughtProperty property in _properties)
        {
            property.Record(row);
        }
    }

    /// <summary>
    /// What was not found: of one property, each literal value that no row has; of several, all literal, the combination where
    /// no row has it; else nothing.
    /// </summary>
    public IEnumerable<(string Property, object Value)> NotFound()
    {
        if (_properties is [SoughtProperty only])
        {
            return only.Missing.Select(value => (only.Name, value));
        }

        return _properties.Count > 1 && !_foundAny && !_properties.Exists(static property => property.HasWildcards)
            ?
            [
                (
                    string.Join(", ", _properties.Select(static property => property.Name)),
                    string.Join(", ", _properties.Select(static property => string.Join(" | ", property.Missing)))
                ),
            ]
            : [];
    }
}
