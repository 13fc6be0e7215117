using System.Management.Automation;
using System.Net;
using ProcNet.Addresses;

namespace ProcNet.PowerShell.Binding;

/// <summary>An address as the user wrote it: exact in any spelling (<c>::1</c>, <c>0:0::1</c>), or with wildcards.</summary>
internal sealed class AddressPattern
{
    private readonly WildcardPattern? _wildcard;

    public AddressPattern(string text)
    {
        Text = text;
        if (IPAddress.TryParse(text, out IPAddress? address))
        {
            // ::ffff:192.0.2.1 becomes the IPv4 address that it means, and that rows show.
            Exact = AddressValue.From(address);
        }
        else
        {
            _wildcard = WildcardPattern.Get(text, WildcardOptions.IgnoreCase);
        }
    }

    /// <summary>What the user wrote.</summary>
    public string Text { get; }

    /// <summary>The one address that is meant; null where there are wildcards.</summary>
    public AddressValue? Exact { get; }

    /// <summary>Whether an address is meant.</summary>
    public bool Matches(AddressValue address) => Exact?.Equals(address) ?? _wildcard!.IsMatch(address.ToString());
}
