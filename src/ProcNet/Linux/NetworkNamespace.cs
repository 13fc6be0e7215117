namespace ProcNet.Linux;

/// <summary>The network namespace of the calling thread.</summary>
internal static class NetworkNamespace
{
    private const string Prefix = "net:[";

    /// <summary>Its inode, by which namespaces are told apart (namespaces(7)); 0 where /proc is not mounted.</summary>
    public static long ReadOwnInode()
    {
        // The link reads net:[4026531840].
        string? target = File.ResolveLinkTarget(NetworkNamespaceThread.OwnNamespacePath, false)?.Name;
        return target is not null
            && target.StartsWith(Prefix, StringComparison.Ordinal)
            && long.TryParse(target.AsSpan(Prefix.Length).TrimEnd(']'), out long inode)
                ? inode
                : 0;
    }
}
