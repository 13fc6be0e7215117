namespace ProcNet.Linux.Namespaces;

/// <summary>A network namespace and a way into it.</summary>
/// <param name="Inode">Its inode, by which namespaces are told apart (namespaces(7)).</param>
/// <param name="Path">For example <c>/proc/123/ns/net</c> or <c>/run/netns/blue</c>.</param>
/// <param name="ProcessId">A process in it; null where the path is a name of the namespace's own.</param>
internal sealed record NamespaceReference(long Inode, string Path, int? ProcessId)
{
    /// <summary>Other ways into it: the process of <see cref="Path"/> may end before it is taken.</summary>
    public IReadOnlyList<string> OtherPaths { get; init; } = [];

    /// <summary>All ways, the best first.</summary>
    public IEnumerable<string> Paths => OtherPaths.Prepend(Path);
}
