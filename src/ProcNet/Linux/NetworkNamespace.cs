using ProcNet.Linux.Native;

namespace ProcNet.Linux;

/// <summary>The inodes of network namespaces, by which they are told apart (namespaces(7)).</summary>
internal static class NetworkNamespace
{
    private const string Prefix = "net:[";

    /// <summary>That of the calling thread; 0 where /proc is not mounted.</summary>
    public static long ReadOwnInode() =>
        TryParse(File.ResolveLinkTarget(NetworkNamespaceThread.OwnNamespacePath, false)?.Name, out long inode) ? inode : 0;

    /// <summary>That of a path such as <c>/proc/123/ns/net</c> or <c>/run/netns/blue</c>. False where it is none, or may not be read.</summary>
    public static bool TryReadInode(string path, out long inode)
    {
        // The name of an open one tells: a file that a namespace is mounted on is no link.
        using SafeFileDescriptor descriptor = LibC.OpenAt(LibC.CurrentDirectory, path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        inode = 0;
        return !descriptor.IsInvalid
            && TryParse(File.ResolveLinkTarget($"/proc/self/fd/{descriptor.DangerousGetHandle()}", false)?.Name, out inode);
    }

    /// <summary>Reads <c>net:[4026531840]</c>.</summary>
    public static bool TryParse(string? text, out long inode)
    {
        inode = 0;
        return text is not null
            && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text[^1] == ']'
            && long.TryParse(text.AsSpan(Prefix.Length).TrimEnd(']'), out inode);
    }
}
