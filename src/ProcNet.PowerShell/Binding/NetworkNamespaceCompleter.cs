using System.Globalization;
using ProcNet.Linux.Namespaces;
using ProcNet.Sockets;

namespace ProcNet.PowerShell.Binding;

/// <summary>Completes network namespaces: names as ip-netns(8) has them, and the inodes of those that processes are in.</summary>
internal sealed class NetworkNamespaceCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words()
    {
        foreach (string path in NetworkNamespaceNames.List())
        {
            yield return (Path.GetFileName(path), path);
        }

        foreach (NamespaceReference found in NetworkNamespaceList.ReadReferences())
        {
            yield return (found.Inode.ToString(CultureInfo.InvariantCulture), found.Path);
        }
    }
}
