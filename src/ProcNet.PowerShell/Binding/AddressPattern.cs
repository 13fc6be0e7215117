using System.Management.Automation;
using System.Net;

namespace ProcNet.PowerShell.Binding;

/// <summary>An address as the user wrote it: exact in any spelling (<c>::1</c>, <c>0:0::1</c>), or with wildcards.</summary>
internal sealed class AddressPattern
{
    private readonly IPAddress? _exact;
    private readonly WildcardPattern? _wildcard;

    public AddressPattern(string text)
    {
        Text = text;
        if (IPAddress.TryParse(text, out IPAddress? address))
        {
            _exact = Plain(address);
        }
        else
        {
            _wildcard = WildcardPattern.Get(text, WildcardOptions.IgnoreCase);
        }
    }

    /// <summary>What the user wrote.</summary>
    public string Text { get; }

    /// <summary>Whether it names one address, so that to find nothing is worth an error.</summary>
    public bool IsLiteral => _exact is not null || !WildcardPattern.ContainsWildcardCharacters(Text);

    /// <summary>Whether an address is meant.</summary>
    public bool Matches(IPAddress address) =>
        _exact is null ? _wildcard!.IsMatch(address.ToString()) : _exact.Equals(Plain(address));

    // IPv4 on an IPv6 socket is shown as IPv4; who writes ::ffff:192.0.2.1 means the same.
    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
