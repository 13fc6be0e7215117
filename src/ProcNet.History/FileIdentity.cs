using ProcNet.Linux.Native;

namespace ProcNet.History.Storage;

/// <summary>Which file a path leads to.</summary>
/// <param name="Device">The file system.</param>
/// <param name="Inode">The file on it; 0 where there is none.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode)
{
    /// <summary>Asks the kernel.</summary>
    public static unsafe FileIdentity Of(string path)
    {
        byte* buffer = stackalloc byte[LibC.StatXLength];
        if (LibC.StatX(LibC.CurrentDirectory, path, 0, LibC.InodeMask, buffer) != 0)
        {
            return default;
        }

        return new FileIdentity(*(ulong*)(buffer + LibC.StatXDevice), *(ulong*)(buffer + LibC.StatXInode));
    }
}
