using ProcNet.Linux.Native;

namespace ProcNet.Linux.Namespaces;

/// <summary>
/// A network namespace that is held open: a process that ends, or an id or a name that is used again, does not change which one it
/// is.
/// </summary>
internal sealed class NamespaceHandle : IDisposable
{
    private readonly SafeFileDescriptor _descriptor;

    private NamespaceHandle(SafeFileDescriptor descriptor, NamespaceReference reference)
    {
        _descriptor = descriptor;
        Reference = reference with { Path = $"/proc/self/fd/{descriptor.DangerousGetHandle()}" };
    }

    /// <summary>The same namespace, by the descriptor.</summary>
    public NamespaceReference Reference { get; }

    /// <summary>Opens a namespace by the first way that still leads into it; null where none does.</summary>
    public static NamespaceHandle? TryOpen(NamespaceReference reference)
    {
        foreach (string path in reference.Paths)
        {
            SafeFileDescriptor descriptor = LibC.OpenAt(LibC.CurrentDirectory, path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
            if (!descriptor.IsInvalid)
            {
                var handle = new NamespaceHandle(descriptor, reference);
                if (NetworkNamespace.TryReadInode(handle.Reference.Path, out long inode) && inode == reference.Inode)
                {
                    return handle;
                }
            }

            descriptor.Dispose();
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _descriptor.Dispose();
}
