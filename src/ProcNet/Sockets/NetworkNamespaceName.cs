using System.Globalization;
using ProcNet.Linux.Namespaces;

namespace ProcNet.Sockets;

/// <summary>
/// The ways in which a user may name a network namespace: the name that ip-netns(8) knows, a path, the id of a process in it, or its inode
/// as the property NetworkNamespace shows it (or <c>net:[4026531840]</c>, as the link in /proc reads).
/// </summary>
internal static class NetworkNamespaceName
{
    // PROC_DYNAMIC_FIRST is 0xF0000000 and the kernel's own few stand just below (include/linux/proc_ns.h); no process has such an id.
    private const long FirstInode = 0xEFFFFFF0;

    /// <summary>Finds a namespace.</summary>
    /// <exception cref="ProcNetException"><see cref="ProcNetError.NetworkNamespaceUnavailable"/>: there is none, or it may not be
    /// seen.</exception>
    public static NamespaceReference Find(string name)
    {
        if (NetworkNamespace.TryParse(name, out long inode))
        {
            return FindInode(name, inode);
        }

        string path = name.Contains('/', StringComparison.Ordinal) ? name : $"{NetworkNamespaceNames.Folder}/{name}";
        if (NetworkNamespace.TryReadInode(path, out inode))
        {
            return new NamespaceReference(inode, path, null);
        }

        if (!long.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out long number))
        {
            throw Missing(
                name,
                path == name ? $"There is no network namespace at '{name}'." : $"There is no network namespace named '{name}'."
            );
        }

        if (number >= FirstInode)
        {
            return FindInode(name, number);
        }

        return NetworkNamespace.TryReadInode($"/proc/{number}/ns/net", out inode)
            ? new NamespaceReference(inode, $"/proc/{number}/ns/net", (int)number)
            : throw Missing(name, $"There is no process {number}, or this user may not see its network namespace.");
    }

    private static NamespaceReference FindInode(string name, long inode) =>
        NetworkNamespaceList.ReadReferences().FirstOrDefault(reference => reference.Inode == inode)
        ?? throw Missing(name, $"No process that this user may see is in a network namespace {inode}, and it has no name.");

    private static ProcNetException Missing(string name, string message) =>
        new(
            ProcNetError.NetworkNamespaceUnavailable,
            message,
            "Give a name ('ip netns'), a path, the id of a process in it, or its inode: 'lsns -t net' lists them. To see other users' ones, run as root.",
            name
        );
}
