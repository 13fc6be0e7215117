using ProcNet.Addresses;

namespace ProcNet.Names;

/// <summary>A machine's own tables of names.</summary>
/// <param name="Hosts">The names of addresses, with blanks between.</param>
/// <param name="Services">The names of ports, by protocol (<c>tcp</c>).</param>
/// <param name="NetworkNamespace">The namespace whose processes read them.</param>
internal sealed record HostNames(
    Dictionary<AddressValue, string> Hosts,
    Dictionary<(int Port, string Protocol), string> Services,
    long? NetworkNamespace
)
{
    /// <summary>No name of anything.</summary>
    public static HostNames None { get; } = new([], [], null);
}
