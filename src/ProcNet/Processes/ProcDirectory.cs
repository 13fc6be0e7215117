using System.Buffers.Text;
using System.Runtime.InteropServices;
using ProcNet.Linux;
using ProcNet.Linux.Native;

namespace ProcNet.Processes;

/// <summary>An open <c>/proc</c>, and the paths below it.</summary>
internal static unsafe class ProcDirectory
{
    /// <summary>The longest path that <see cref="WritePath"/> makes.</summary>
    public const int PathLength = 32;

    /// <summary>Opens it.</summary>
    /// <exception cref="ProcNetException">It is not there.</exception>
    public static SafeFileDescriptor Open(string root)
    {
        SafeFileDescriptor directory = LibC.OpenAt(LibC.CurrentDirectory, root, LibC.ReadDirectory);
        return directory.IsInvalid ? throw Unavailable(root, Marshal.GetLastPInvokeError()) : directory;
    }

    /// <summary>Says that the process list cannot be read.</summary>
    public static ProcNetException Unavailable(string root, int error) =>
        new(
            ProcNetError.ProcessListUnavailable,
            $"The process list '{root}' cannot be read: {Marshal.GetPInvokeErrorMessage(error)}.",
            error is Errno.ENOENT or Errno.ENOTDIR
                ? "Mount it: mount -t proc proc /proc"
                : "Look whether 'ls /proc' works for this user: a sandbox or a security module may keep it closed.",
            root,
            new LinuxException($"openat {root}", error)
        );

    /// <summary>Writes <c>id/suffix</c> and a zero byte.</summary>
    /// <param name="path">At least <see cref="PathLength"/> bytes.</param>
    /// <param name="id">The process id.</param>
    /// <param name="suffix">What follows it, with its slash; at most 20 bytes.</param>
    public static void WritePath(byte* path, int id, ReadOnlySpan<byte> suffix)
    {
        var target = new Span<byte>(path, PathLength);
        Utf8Formatter.TryFormat(id, target, out int length);
        suffix.CopyTo(target[length..]);
        path[length + suffix.Length] = 0;
    }
}
