using System.Buffers.Binary;
using ProcNet.Linux.Native;

namespace ProcNet.Linux;

/// <summary>What stands at a path, or behind a descriptor (stat(2)).</summary>
/// <param name="Mode">The type and the permission bits (inode(7)).</param>
/// <param name="UserId">Whose it is.</param>
internal readonly record struct FileKind(int Mode, uint UserId)
{
    private const int TypeMask = 0xF000;
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint TypeModeAndOwner = 0x1 | 0x2 | 0x8; // STATX_TYPE | STATX_MODE | STATX_UID
    private const int UserOffset = 20;
    private const int ModeOffset = 28;

    /// <summary>Whether it is a file with bytes of its own.</summary>
    public bool IsRegular => (Mode & TypeMask) == 0x8000;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsLink => (Mode & TypeMask) == 0xA000;

    /// <summary>Whether it is a folder.</summary>
    public bool IsDirectory => (Mode & TypeMask) == 0x4000;

    /// <summary>Whether it is a pipe (FIFO).</summary>
    public bool IsPipe => (Mode & TypeMask) == 0x1000;

    /// <summary>Whether what is written goes on to somebody else at once: a pipe, a terminal, <c>/dev/null</c>.</summary>
    public bool IsStream => (Mode & TypeMask) is 0x1000 or 0x2000 or 0xC000;

    /// <summary>What stands at a path, a link itself and not what it points to; null where nothing does.</summary>
    public static FileKind? Of(string path) => Read(LibC.CurrentDirectory, path, NoFollow);

    /// <summary>What stands behind an open descriptor.</summary>
    public static FileKind? Of(SafeFileDescriptor descriptor) => Read((int)descriptor.DangerousGetHandle(), string.Empty, EmptyPath);

    private static unsafe FileKind? Read(int directory, string path, int flags)
    {
        byte* answer = stackalloc byte[LibC.StatXLength];
        if (LibC.StatX(directory, path, flags, TypeModeAndOwner, answer) != 0)
        {
            return null;
        }

        var bytes = new ReadOnlySpan<byte>(answer, LibC.StatXLength);
        return new FileKind(
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[ModeOffset..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[UserOffset..])
        );
    }
}
