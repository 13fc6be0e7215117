using System.Buffers.Text;
using System.Runtime.InteropServices;
using ProcNet.Linux;
using ProcNet.Linux.Native;

namespace ProcNet.Processes;

/// <summary>
/// Finds the sockets that processes hold, by the links in <c>/proc/&lt;pid&gt;/fd</c>: one openat, one getdents64 for each
/// thousand entries and one readlinkat for each entry, with no allocation for any of them. Not thread-safe.
/// </summary>
internal sealed unsafe class DescriptorWalker : IDisposable
{
    private const int LinkLength = 64; // "socket:[4294967295]" is 19; what is longer is no socket
    private const int PrefixLength = 8;
    private static readonly ulong s_socketPrefix = MemoryMarshal.Read<ulong>("socket:["u8);

    private readonly SafeFileDescriptor _root;
    private readonly DirectoryEntries _entries = new();
    private readonly List<int> _threads = [];

    /// <summary>Opens the process list.</summary>
    /// <exception cref="ProcNetException">It is not there.</exception>
    public DescriptorWalker(string root = "/proc") => _root = ProcDirectory.Open(root);

    /// <summary>Adds the sockets that a process holds to a list. What goes away meanwhile is left out.</summary>
    public WalkStatus Walk(int id, List<SocketDescriptor> into)
    {
        bool referenced = false;
        int directory = -1;
        try
        {
            _root.DangerousAddRef(ref referenced);
            byte* path = stackalloc byte[ProcDirectory.PathLength];
            ProcDirectory.WritePath(path, id, "/fd"u8);
            directory = LibC.OpenAt((int)_root.DangerousGetHandle(), path, LibC.ReadDirectory);
            if (directory < 0)
            {
                return StatusOf(Marshal.GetLastPInvokeError());
            }

            WalkStatus status = ReadLinks(directory, into, null, null);
            if (status == WalkStatus.Read && !_entries.WasAny)
            {
                // Its first thread has ended, and others go on; or there is nothing.
                WalkThreads(id, into);
            }

            return status == WalkStatus.Denied && !IsThere(path) ? WalkStatus.Gone : status;
        }
        finally
        {
            if (directory >= 0)
            {
                _ = LibC.Close(directory);
            }

            if (referenced)
            {
                _root.DangerousRelease();
            }
        }
    }

    /// <summary>
    /// Adds the sockets that threads hold in descriptor tables of their own (unshare(2) of CLONE_FILES, or a first thread that has ended):
    /// what <see cref="Walk"/> does not show. Some microseconds for each thread.
    /// </summary>
    public void WalkThreads(int id, List<SocketDescriptor> into)
    {
        ListThreads(id);
        if (_threads.Count < 2)
        {
            return;
        }

        HashSet<SocketDescriptor>? known = null;
        List<int> read = [id];
        foreach (int thread in _threads)
        {
            if (thread == id || read.Exists(other => LibC.ShareDescriptors(other, thread) != false))
            {
                continue;
            }

            read.Add(thread);
            known ??= [.. into];
            List<SocketDescriptor> found = [];
            ReadThread(id, thread, found);
            into.AddRange(found.Where(known.Add));
        }
    }

    private void ListThreads(int id)
    {
        _threads.Clear();
        using SafeFileDescriptor directory = LibC.OpenAt((int)_root.DangerousGetHandle(), $"{id}/task", LibC.ReadDirectory);
        if (!directory.IsInvalid)
        {
            _entries.Begin((int)directory.DangerousGetHandle());
            while (_entries.Next(out int thread, out _))
            {
                _threads.Add(thread);
            }
        }
    }

    private void ReadThread(int id, int thread, List<SocketDescriptor> into)
    {
        using SafeFileDescriptor directory = LibC.OpenAt((int)_root.DangerousGetHandle(), $"{id}/task/{thread}/fd", LibC.ReadDirectory);
        if (!directory.IsInvalid)
        {
            ReadLinks((int)directory.DangerousGetHandle(), into, null, null);
        }
    }

    /// <summary>Whether a descriptor of a process is a socket with this inode. One whose link may not be read is taken for it.</summary>
    public bool IsAt(int id, int number, uint inode)
    {
        bool referenced = false;
        try
        {
            _root.DangerousAddRef(ref referenced);
            byte* path = stackalloc byte[ProcDirectory.PathLength];
            byte* link = stackalloc byte[LinkLength];
            Span<byte> suffix = stackalloc byte[16];
            "/fd/"u8.CopyTo(suffix);
            Utf8Formatter.TryFormat(number, suffix[4..], out int digits);
            ProcDirectory.WritePath(path, id, suffix[..(4 + digits)]);
            nint length = LibC.ReadLinkAt((int)_root.DangerousGetHandle(), path, link, LinkLength);
            return length < 0
                ? StatusOf(Marshal.GetLastPInvokeError()) != WalkStatus.Gone
                : length > PrefixLength && TryParseSocket(link, length, out uint found) && found == inode;
        }
        finally
        {
            if (referenced)
            {
                _root.DangerousRelease();
            }
        }
    }

    /// <summary>Opens a process's list, to be read again and again; null where it has gone or may not be read.</summary>
    public IDescriptorList? Open(int id)
    {
        bool referenced = false;
        try
        {
            _root.DangerousAddRef(ref referenced);
            byte* path = stackalloc byte[ProcDirectory.PathLength];
            ProcDirectory.WritePath(path, id, "/fd"u8);
            int directory = LibC.OpenAt((int)_root.DangerousGetHandle(), path, LibC.ReadDirectory);
            return directory < 0 ? null : new OpenList(this, SafeFileDescriptor.From(directory));
        }
        finally
        {
            if (referenced)
            {
                _root.DangerousRelease();
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    // EPERM and EACCES forbid, ENOENT and ESRCH mean that the process has gone; a shortage is thrown before it comes here.
    private static WalkStatus StatusOf(int error) =>
        error switch
        {
            Errno.EACCES or Errno.EPERM => WalkStatus.Denied,
            Errno.ENOENT or Errno.ESRCH => WalkStatus.Gone,
            _ => WalkStatus.Failed,
        };

    // A link of a process that has just gone is EACCES too (proc_fd_access_allowed, fs/proc/base.c); its folder is not there then.
    private bool IsThere(byte* path)
    {
        int directory = LibC.OpenAt((int)_root.DangerousGetHandle(), path, LibC.ReadDirectory);
        if (directory < 0)
        {
            return StatusOf(Marshal.GetLastPInvokeError()) != WalkStatus.Gone;
        }

        _ = LibC.Close(directory);
        return true;
    }

    private WalkStatus ReadLinks(int directory, List<SocketDescriptor> into, Func<uint, bool>? isEnough, LikelyDescriptors? likely)
    {
        byte* link = stackalloc byte[LinkLength];
        _entries.Begin(directory);
        while (_entries.Next(out int number, out byte* name))
        {
            nint length = LibC.ReadLinkAt(directory, name, link, LinkLength);
            if (length > PrefixLength)
            {
                if (TryParseSocket(link, length, out uint inode))
                {
                    into.Add(new SocketDescriptor(number, inode));
                    if (isEnough is not null && isEnough(inode))
                    {
                        likely?.Remember(number);
                        return WalkStatus.Read;
                    }
                }
            }
            else if (length < 0 && StatusOf(Marshal.GetLastPInvokeError()) is var status and not WalkStatus.Gone)
            {
                // The list may be read and its links not: a process of ours with more capabilities (ptrace(2), access mode checks).
                return status;
            }
        }

        return _entries.Error == 0 ? WalkStatus.Read : StatusOf(_entries.Error);
    }

    private static bool TryParseSocket(byte* link, nint length, out uint inode)
    {
        inode = 0;
        if (*(ulong*)link != s_socketPrefix)
        {
            return false;
        }

        nint position = PrefixLength;
        for (; position < length && link[position] is >= (byte)'0' and <= (byte)'9'; position++)
        {
            inode = unchecked(inode * 10 + (uint)(link[position] - '0'));
        }

        return position == length - 1 && link[position] == (byte)']';
    }

    private sealed class OpenList(DescriptorWalker walker, SafeFileDescriptor directory) : IDescriptorList
    {
        private readonly LikelyDescriptors _likely = new();

        public WalkStatus ReadSockets(List<SocketDescriptor> into, Func<uint, bool> isEnough)
        {
            into.Clear();
            bool referenced = false;
            try
            {
                directory.DangerousAddRef(ref referenced);
                int descriptor = (int)directory.DangerousGetHandle();
                if (LibC.Seek(descriptor, 0, LibC.SeekFromStart) < 0)
                {
                    return StatusOf(Marshal.GetLastPInvokeError());
                }

                WalkStatus status = walker.ReadLinks(descriptor, into, isEnough, _likely);

                // One that has gone has no entries, not even the standard ones, and one without any has nothing to find.
                return status == WalkStatus.Read && !walker._entries.WasAny ? WalkStatus.Gone : status;
            }
            finally
            {
                if (referenced)
                {
                    directory.DangerousRelease();
                }
            }
        }

        public void ReadLikely(List<SocketDescriptor> into, Func<uint, bool> isEnough)
        {
            into.Clear();
            bool referenced = false;
            try
            {
                directory.DangerousAddRef(ref referenced);
                byte* link = stackalloc byte[LinkLength];
                byte* name = stackalloc byte[ProcDirectory.PathLength];
                foreach (int number in _likely.Numbers)
                {
                    ProcDirectory.WritePath(name, number, []);
                    nint length = LibC.ReadLinkAt((int)directory.DangerousGetHandle(), name, link, LinkLength);
                    if (length > PrefixLength && TryParseSocket(link, length, out uint inode))
                    {
                        into.Add(new SocketDescriptor(number, inode));
                        if (isEnough(inode))
                        {
                            return;
                        }
                    }
                }
            }
            finally
            {
                if (referenced)
                {
                    directory.DangerousRelease();
                }
            }
        }

        public void Dispose() => directory.Dispose();
    }
}
