namespace ProcNet.Attribution;

/// <summary>
/// Which other network namespaces can be reached by which interface of the captured one. An owner of another namespace counts only where
/// its namespace can be reached by the interface that showed the packet: any user can make a namespace, give it anybody's address and send
/// to himself in it. Built with the <see cref="NetworkView"/>, and not changed after.
/// </summary>
internal sealed class NamespaceReach
{
    private readonly HashSet<(int Index, long Namespace)> _byInterface = [];
    private readonly HashSet<long> _reached = [];
    private readonly HashSet<long> _lookedAt = [];

    /// <summary>Notes that a namespace's interfaces were looked at: what is not said to reach it does not.</summary>
    public void AddLookedAt(long networkNamespace) => _lookedAt.Add(networkNamespace);

    /// <summary>Notes that an interface leads to a namespace, directly or through others.</summary>
    public void Add(int index, long networkNamespace)
    {
        _byInterface.Add((index, networkNamespace));
        _reached.Add(networkNamespace);
    }

    /// <summary>Whether an interface leads to a namespace.</summary>
    /// <param name="index">Its index; 0 where it is not known which one showed the packet, so that any may.</param>
    /// <param name="networkNamespace">The namespace.</param>
    public bool Reaches(int index, long networkNamespace) =>
        index == 0 ? _reached.Contains(networkNamespace) : _byInterface.Contains((index, networkNamespace));

    /// <summary>Whether a namespace's interfaces were looked at while it was there.</summary>
    public bool WasLookedAt(long networkNamespace) => _lookedAt.Contains(networkNamespace);

    /// <summary>Adds what an earlier look had: namespaces and interfaces that went.</summary>
    public void Remember(NamespaceReach earlier)
    {
        _byInterface.UnionWith(earlier._byInterface);
        _reached.UnionWith(earlier._reached);
        _lookedAt.UnionWith(earlier._lookedAt);
    }
}
