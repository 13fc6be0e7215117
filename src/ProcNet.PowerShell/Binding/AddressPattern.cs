using System.Management.Automation;
using System.Net;
using ProcNet.Addresses;

namespace ProcNet.PowerShell.Binding;

/// <summary>
/// Addresses as the user wrote them: one, in any spelling (<c>::1</c>, <c>0:0::1</c>), a network (<c>10.0.0.0/8</c>), or with
/// wildcards.
/// </summary>
internal sealed class AddressPattern
{
    private readonly WildcardPattern? _wildcard;
    private readonly IPNetwork? _network;

    public AddressPattern(string text)
    {
        Text = text;
        if (IPAddress.TryParse(text, out IPAddress? address))
        {
            // ::ffff:192.0.2.1 becomes the IPv4 address that it means, and that rows show.
            Exact = AddressValue.From(address);
        }
        else if (IPNetwork.TryParse(text, out IPNetwork network))
        {
            _network = network;
        }
        else
        {
            _wildcard = WildcardPattern.Get(text, WildcardOptions.IgnoreCase);
        }
    }

    /// <summary>What the user wrote.</summary>
    public string Text { get; }

    /// <summary>The one address that is meant; null where it is a network, or there are wildcards.</summary>
    public AddressValue? Exact { get; }

    /// <summary>Whether an address is meant.</summary>
    public bool Matches(AddressValue address) =>
        Exact?.Equals(address) ?? _network?.Contains(address.ToIPAddress()) ?? _wildcard!.IsMatch(address.ToString());

    /// <summary>Reads several; null for none.</summary>
    public static AddressPattern[]? Parse(string[]? texts) =>
        texts is null ? null : Array.ConvertAll(texts, static text => new AddressPattern(text));

    /// <summary>Whether a text can mean any address.</summary>
    public static bool IsUnderstood(string text) =>
        IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _) || WildcardPattern.ContainsWildcardCharacters(text);
}
