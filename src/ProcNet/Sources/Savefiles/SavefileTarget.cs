using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using ProcNet.Linux;
using ProcNet.Linux.Native;

namespace ProcNet.Sources.Savefiles;

/// <summary>
/// A file that packets are to be written to, open and not touched yet. A new one is its owner's alone (mode 0600), as dumpcap's is: packets
/// are others' secrets.
/// </summary>
internal sealed unsafe class SavefileTarget
{
    // What packets hold is nobody else's.
    private const uint Mode = 0x180; // 0600
    private const int MostLinks = 40; // MAXSYMLINKS, include/linux/namei.h
    private static readonly TimeSpan s_betweenReaders = TimeSpan.FromMilliseconds(50);

    private readonly string? _madeBeside;

    private SavefileTarget(string path, OutputFile file, bool isNew, string? madeBeside = null)
    {
        Path = path;
        File = file;
        IsNew = isNew;
        _madeBeside = madeBeside;
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>The file, without a buffer: nothing is in it that was not meant to be.</summary>
    public OutputFile File { get; }

    /// <summary>Whether it was made for this.</summary>
    public bool IsNew { get; }

    /// <summary>Opens a file, or makes it. What it holds stays until it is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="overwrite">Whether it may be one that is there. Pipes, terminals and <c>/dev/null</c> hold nothing, and may always be
    /// written.</param>
    /// <param name="cancellation">Ends the waiting for somebody who reads a pipe.</param>
    /// <exception cref="ProcNetException">It is there and may not be replaced, or it cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The waiting was ended.</exception>
    public static SavefileTarget Open(string path, bool overwrite, CancellationToken cancellation = default)
    {
        if (StandardDescriptor(path) is { } descriptor)
        {
            return OfDescriptor(path, descriptor);
        }

        SafeFileDescriptor made = LibC.OpenAt(LibC.CurrentDirectory, path, LibC.OpenForWriting | LibC.OpenNew | LibC.OpenNoFollow, Mode);
        if (!made.IsInvalid)
        {
            return new SavefileTarget(path, new OutputFile(made), isNew: true);
        }

        int error = Marshal.GetLastPInvokeError();
        if (error == Errno.ENOENT)
        {
            throw new ProcNetException(
                ProcNetError.FileNotFound,
                $"There is no folder for the file '{path}'.",
                "Make the folder, or give a path in one that exists.",
                path,
                new LinuxException($"open {path}", error)
            );
        }

        return error == Errno.EEXIST
            ? OpenExisting(path, overwrite, cancellation)
            : throw CannotWrite(path, new LinuxException($"open {path}", error));
    }

    /// <summary>Empties the file, or puts the new one in the place of the one that was there: the capture begins.</summary>
    /// <exception cref="IOException">It cannot be done.</exception>
    public void Begin()
    {
        if (_madeBeside is not null)
        {
            System.IO.File.Move(_madeBeside, Path, overwrite: true);
        }
        else if (!IsNew && StandardDescriptor(Path) is null)
        {
            File.Clear();
        }
    }

    /// <summary>Ends a file that never began: one that was there before is as it was, one that was not is gone.</summary>
    public void Abandon()
    {
        File.Dispose();
        if (_madeBeside is not null || IsNew)
        {
            System.IO.File.Delete(_madeBeside ?? Path);
        }
    }

    /// <summary>Says that a file cannot be written.</summary>
    public static ProcNetException CannotWrite(string path, Exception cause) =>
        new(
            ProcNetError.FileAccessDenied,
            $"The file '{path}' cannot be written: {cause.Message}",
            "Give a path in a folder with room, that this user may write to.",
            path,
            cause
        );

    private static SavefileTarget OpenExisting(string path, bool overwrite, CancellationToken cancellation)
    {
        string place = FollowOwnLinks(path);
        FileKind? kind = FileKind.Of(place);
        switch (kind)
        {
            case null:
                // A link of one's own to a file that is not there yet, or one that has just gone.
                return Open(place, overwrite, cancellation);
            case { IsDirectory: true }:
                throw new ProcNetException(ProcNetError.FileAccessDenied, $"'{path}' is a folder.", "Give the path of a file in it.", path);
            case { IsStream: true }:
                return OpenStream(path, place, cancellation);
            case not null when !overwrite:
                throw new ProcNetException(
                    ProcNetError.FileExists,
                    $"The file '{path}' exists.",
                    "Give another path, or -Force to replace it.",
                    path
                );
            case { } found when found.UserId != LibC.GetEffectiveUserId():
                return Replace(path, place);
        }

        // Opened as the file that was looked at: a link that has come into its place since is refused.
        SafeFileDescriptor opened = LibC.OpenAt(LibC.CurrentDirectory, place, LibC.OpenForWriting | LibC.OpenNoFollow, 0);
        return opened.IsInvalid
            ? throw CannotWrite(path, LinuxException.FromLastCall($"open {place}"))
            : new SavefileTarget(path, new OutputFile(opened), isNew: false);
    }

    /// <summary>Another user's file stays his, and what he has open of it with it: a new one takes its place.</summary>
    private static SavefileTarget Replace(string path, string place)
    {
        string beside = string.Create(CultureInfo.InvariantCulture, $"{place}.{Environment.ProcessId}-{Environment.TickCount64:x}");
        SafeFileDescriptor made = LibC.OpenAt(LibC.CurrentDirectory, beside, LibC.OpenForWriting | LibC.OpenNew | LibC.OpenNoFollow, Mode);
        return made.IsInvalid
            ? throw CannotWrite(path, LinuxException.FromLastCall($"open {beside}"))
            : new SavefileTarget(place, new OutputFile(made), isNew: false, madeBeside: beside);
    }

    /// <summary>A pipe without a reader is waited for, as tcpdump does; but so that the waiting can be ended.</summary>
    private static SavefileTarget OpenStream(string path, string place, CancellationToken cancellation)
    {
        while (true)
        {
            SafeFileDescriptor opened = LibC.OpenAt(
                LibC.CurrentDirectory,
                place,
                LibC.OpenForWriting | LibC.OpenNonBlocking | LibC.OpenNoFollow,
                0
            );
            if (!opened.IsInvalid)
            {
                return new SavefileTarget(path, new OutputFile(opened), isNew: false);
            }

            int error = Marshal.GetLastPInvokeError();
            if (error != Errno.ENXIO)
            {
                throw CannotWrite(path, new LinuxException($"open {place}", error));
            }

            cancellation.WaitHandle.WaitOne(s_betweenReaders);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    // Opening it again would begin anew at its front, and may not be allowed: /dev/stdout is a link to it.
    private static SavefileTarget OfDescriptor(string path, int descriptor)
    {
        SafeFileDescriptor copy = SafeFileDescriptor.From(LibC.Fcntl(descriptor, LibC.DuplicateDescriptor, 3));
        return copy.IsInvalid
            ? throw CannotWrite(path, LinuxException.FromLastCall($"fcntl {descriptor}"))
            : new SavefileTarget(path, new OutputFile(copy), isNew: false);
    }

    private static int? StandardDescriptor(string path)
    {
        foreach (string folder in (ReadOnlySpan<string>)["/dev/fd/", "/proc/self/fd/"])
        {
            if (
                path.StartsWith(folder, StringComparison.Ordinal)
                && int.TryParse(path.AsSpan(folder.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor)
            )
            {
                return descriptor;
            }
        }

        return path switch
        {
            "/dev/stdout" => 1,
            "/dev/stderr" => 2,
            _ => null,
        };
    }

    /// <summary>
    /// Where links lead that this user or root made. One of another user's is refused: it would have us write over a file of our own that
    /// he chose.
    /// </summary>
    private static string FollowOwnLinks(string path)
    {
        string place = path;
        for (int followed = 0; FileKind.Of(place) is { IsLink: true }; followed++)
        {
            // Held open: what is read is the link whose owner was asked for.
            using SafeFileDescriptor link = LibC.OpenAt(LibC.CurrentDirectory, place, LibC.OpenPathOnly | LibC.OpenNoFollow, 0);
            if (link.IsInvalid || FileKind.Of(link) is not { } kind)
            {
                throw CannotWrite(path, LinuxException.FromLastCall($"open {place}"));
            }

            if (followed == MostLinks)
            {
                throw CannotWrite(path, new LinuxException($"open {path}", Errno.ELOOP));
            }

            if (kind.UserId != 0 && kind.UserId != LibC.GetEffectiveUserId())
            {
                throw new ProcNetException(
                    ProcNetError.FileAccessDenied,
                    $"'{path}' is a link that another user made (uid {kind.UserId}): nothing is written through it.",
                    "Give another path, or remove the link.",
                    path
                );
            }

            string target = ReadLink(link) ?? throw CannotWrite(path, LinuxException.FromLastCall($"readlink {place}"));
            place = System.IO.Path.GetFullPath(target, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(place))!);
        }

        return place;
    }

    private static string? ReadLink(SafeFileDescriptor link)
    {
        const int MaxPath = 4096;
        byte* buffer = stackalloc byte[MaxPath];
        byte nothing = 0;
        nint length = LibC.ReadLinkAt((int)link.DangerousGetHandle(), &nothing, buffer, MaxPath);
        return length > 0 ? Encoding.UTF8.GetString(buffer, (int)length) : null;
    }
}
