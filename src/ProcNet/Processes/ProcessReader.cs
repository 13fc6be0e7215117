using System.Buffers.Text;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using ProcNet.Linux.Native;
using ProcNet.Text;

namespace ProcNet.Processes;

/// <summary>Reads which processes there are and who they are, out of <c>/proc</c> (proc(5)). Not thread-safe.</summary>
internal sealed unsafe class ProcessReader : IDisposable
{
    // USER_HZ: 100 on x64 and arm64 whatever the kernel's own HZ (time(7)).
    private const long TicksPerSecond = 100;
    private static readonly TimeSpan s_bootTimeLifetime = TimeSpan.FromSeconds(10);
    private const string DeletedSuffix = " (deleted)";

    private readonly string _rootPath;
    private readonly SafeFileDescriptor _root;
    private readonly DirectoryEntries _entries = new();
    private readonly UserNames _users;
    private byte[] _buffer = new byte[4096];
    private long _bootedAt;
    private long _bootSkew;
    private long _bootReadAt;

    /// <summary>Opens the process list.</summary>
    /// <param name="root">Where it is mounted.</param>
    /// <param name="users">The names of users, where they are shared with another reader.</param>
    /// <exception cref="ProcNetException">It is not there.</exception>
    public ProcessReader(string root = "/proc", UserNames? users = null)
    {
        _rootPath = root;
        _root = ProcDirectory.Open(root);
        _users = users ?? new UserNames();
    }

    /// <summary>Adds the ids of all processes to a list.</summary>
    /// <exception cref="ProcNetException">The process list cannot be read.</exception>
    public void ListProcesses(List<int> into)
    {
        // Opened anew: a directory's descriptor has one position, and threads of others may list too.
        using SafeFileDescriptor directory = LibC.OpenAt(Root, ".", LibC.ReadDirectory);
        if (directory.IsInvalid)
        {
            throw ProcDirectory.Unavailable(_rootPath, Marshal.GetLastPInvokeError());
        }

        _entries.Begin((int)directory.DangerousGetHandle());
        while (_entries.Next(out int id, out _))
        {
            into.Add(id);
        }

        if (_entries.Error != 0)
        {
            throw ProcDirectory.Unavailable(_rootPath, _entries.Error);
        }
    }

    /// <summary>The key of a process; null where it has gone.</summary>
    public ProcessKey? ReadKey(int id) =>
        ProcessStatus.TryParseStat(Read(Root, PathOf(id, "stat")), out _, out ulong startTicks) ? new ProcessKey(id, startTicks) : null;

    /// <summary>The name of a process, whole; null where it has gone.</summary>
    public string? ReadName(int id)
    {
        byte[] name = TrimLine(Read(Root, PathOf(id, "comm"))).ToArray();
        return name.Length == 0
            ? null
            : (CommandText.MayBeCut(name) ? CommandText.WholeName(name, Read(Root, PathOf(id, "cmdline"))) : null)
                ?? OutsideText.Decode(name);
    }

    /// <summary>The inode of a process's network namespace; null where it has gone or may not be read.</summary>
    public long? ReadNetworkNamespace(int id) => ParseNamespace(ReadLink(Root, PathOf(id, "ns/net")));

    /// <summary>The key, name, parent and start of a process, from one file; null where it has gone.</summary>
    public ProcessIdentity? ReadBrief(int id)
    {
        ReadOnlySpan<byte> stat = Read(Root, PathOf(id, "stat"));
        if (!ProcessStatus.TryParseStat(stat, out int parentId, out ulong startTicks))
        {
            return null;
        }

        string name = OutsideText.Decode(ProcessStatus.NameOf(stat));
        return new ProcessIdentity
        {
            Key = new ProcessKey(id, startTicks),
            Name = name,
            ParentId = parentId,
            StartTime = ToLocalTime(startTicks),
            StartedAt = ToStartedAt(startTicks),
        };
    }

    /// <summary>Who a process is; null where it has gone.</summary>
    public ProcessIdentity? ReadIdentity(int id)
    {
        // The process's own directory is held open: reads through it fail once it ends, and never meet a later process of that id.
        using SafeFileDescriptor process = LibC.OpenAt(Root, PathOf(id, "."), LibC.ReadDirectory);
        if (process.IsInvalid)
        {
            return null;
        }

        int directory = (int)process.DangerousGetHandle();
        if (
            !ProcessStatus.TryParseStat(Read(directory, "stat"), out int parentId, out ulong startTicks)
            || !ProcessStatus.TryParseUserId(Read(directory, "status"), out uint userId)
            || TrimLine(Read(directory, "comm")).ToArray() is not { Length: > 0 } name
        )
        {
            return null;
        }

        ReadOnlySpan<byte> arguments = Read(directory, "cmdline");
        string wholeName = CommandText.WholeName(name, arguments) ?? OutsideText.Decode(name);
        string? commandLine = CommandText.Join(arguments);
        string cgroup = Encoding.UTF8.GetString(Read(directory, "cgroup"));
        (string? unit, string? slice) = UnitName.FromCgroupFile(cgroup);

        return new ProcessIdentity
        {
            Key = new ProcessKey(id, startTicks),
            Name = wholeName,
            ParentId = parentId,
            UserId = userId,
            UserName = _users.Get(userId),
            ExecutablePath = TrimDeleted(ReadLink(directory, "exe")),
            NetworkNamespace = ParseNamespace(ReadLink(directory, "ns/net")),
            Container = ContainerName.FromCgroupFile(cgroup),
            CommandLine = commandLine,
            Unit = unit,
            Slice = slice,
            StartTime = ToLocalTime(startTicks),
            StartedAt = ToStartedAt(startTicks),
        };
    }

    /// <summary>The arguments of a process, with zero bytes between; empty where it is gone, or has none.</summary>
    public byte[] ReadCommandLine(ProcessKey key)
    {
        using SafeFileDescriptor process = LibC.OpenAt(Root, PathOf(key.Id, "."), LibC.ReadDirectory);
        if (process.IsInvalid)
        {
            return [];
        }

        int directory = (int)process.DangerousGetHandle();
        return ProcessStatus.TryParseStat(Read(directory, "stat"), out _, out ulong startTicks) && startTicks == key.StartTicks
            ? Read(directory, "cmdline").TrimEnd((byte)0).ToArray()
            : [];
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    private int Root => (int)_root.DangerousGetHandle();

    private static string PathOf(int id, string file) => $"{id}/{file}";

    private static ReadOnlySpan<byte> TrimLine(ReadOnlySpan<byte> text) => text is [.., (byte)'\n'] ? text[..^1] : text;

    private static string? TrimDeleted(string? path) =>
        path is not null && path.EndsWith(DeletedSuffix, StringComparison.Ordinal) ? path[..^DeletedSuffix.Length] : path;

    // "net:[4026531840]" (namespaces(7))
    private static long? ParseNamespace(string? link) =>
        link is not null
        && link.StartsWith("net:[", StringComparison.Ordinal)
        && link[^1] == ']'
        && long.TryParse(link.AsSpan(5, link.Length - 6), out long inode)
            ? inode
            : null;

    /// <summary>When a process started, local time.</summary>
    /// <param name="startTicks">In clock ticks since boot.</param>
    public DateTime ToLocalTime(ulong startTicks) => ReadBootTime() ? Clock.ToLocalTime(_bootedAt + MicrosecondsOf(startTicks)) : default;

    /// <summary>The same in the time of packets, whatever the system clock was set to since; 0 where it is not known.</summary>
    private long ToStartedAt(ulong startTicks) => ReadBootTime() ? _bootedAt + MicrosecondsOf(startTicks) - _bootSkew : 0;

    private static long MicrosecondsOf(ulong ticks) => (long)ticks * (1_000_000 / TicksPerSecond);

    private bool ReadBootTime()
    {
        Clock.Refresh();
        if (_bootedAt == 0 || Clock.Skew != _bootSkew || Stopwatch.GetElapsedTime(_bootReadAt) > s_bootTimeLifetime)
        {
            // Slow to read (the kernel adds up all interrupts for it), and moved when the clock is set: so kept, and not for long.
            ReadOnlySpan<byte> text = Read(Root, "stat");
            int line = text.IndexOf("\nbtime "u8);
            _bootedAt =
                line >= 0 && Utf8Parser.TryParse(text[(line + 7)..], out long seconds, out _) ? (seconds * 1_000_000) + Clock.WallStep : 0;
            _bootSkew = Clock.Skew;
            _bootReadAt = Stopwatch.GetTimestamp();
        }

        return _bootedAt != 0;
    }

    private string? ReadLink(int directory, string path)
    {
        byte* name = stackalloc byte[64];
        Encoding.ASCII.GetBytes(path, new Span<byte>(name, 63));
        name[path.Length] = 0;
        fixed (byte* buffer = _buffer)
        {
            nint length = LibC.ReadLinkAt(directory, name, buffer, (nuint)_buffer.Length);
            return length > 0 ? OutsideText.Decode(new ReadOnlySpan<byte>(buffer, (int)length)) : null;
        }
    }

    // A whole small file; empty where it is not there any more or may not be read. Stands until the next call.
    private ReadOnlySpan<byte> Read(int directory, string path)
    {
        using SafeFileDescriptor file = LibC.OpenAt(directory, path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        if (file.IsInvalid)
        {
            return default;
        }

        int length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                Array.Resize(ref _buffer, _buffer.Length * 4);
            }

            fixed (byte* buffer = _buffer)
            {
                nint count = LibC.Read((int)file.DangerousGetHandle(), buffer + length, (nuint)(_buffer.Length - length));
                if (count <= 0)
                {
                    return count == 0 ? _buffer.AsSpan(0, length) : default;
                }

                length += (int)count;
            }
        }
    }
}
