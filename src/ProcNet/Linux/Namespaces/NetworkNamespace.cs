using System.Runtime.InteropServices;
using ProcNet.Linux.Native;

namespace ProcNet.Linux.Namespaces;

/// <summary>The inodes of network namespaces, by which they are told apart (namespaces(7)).</summary>
internal static class NetworkNamespace
{
    private const string Prefix = "net:[";

    /// <summary>That of the calling thread; 0 where /proc is not mounted.</summary>
    public static long ReadOwnInode() =>
        TryParse(File.ResolveLinkTarget(NetworkNamespaceThread.OwnNamespacePath, false)?.Name, out long inode) ? inode : 0;

    /// <summary>
    /// That of a path such as <c>/proc/123/ns/net</c> or <c>/run/netns/blue</c>. False where no namespace is there, or it may not
    /// be seen.
    /// </summary>
    public static bool TryReadInode(string path, out long inode)
    {
        // All namespaces are files of one file system (nsfs): what is of another is none.
        return TryStat(path, out inode, out ulong device)
            && TryStat(NetworkNamespaceThread.OwnNamespacePath, out _, out ulong namespaces)
            && device == namespaces;
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

    private static unsafe bool TryStat(string path, out long inode, out ulong device)
    {
        byte* answer = stackalloc byte[LibC.StatXLength];
        bool isThere = LibC.StatX(LibC.CurrentDirectory, path, 0, LibC.InodeMask, answer) == 0;
        var bytes = new ReadOnlySpan<byte>(answer, LibC.StatXLength);
        inode = isThere ? MemoryMarshal.Read<long>(bytes[LibC.StatXInode..]) : 0;
        device = isThere ? MemoryMarshal.Read<ulong>(bytes[LibC.StatXDevice..]) : 0;
        return isThere;
    }
}
