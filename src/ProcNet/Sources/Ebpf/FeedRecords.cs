using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ProcNet.Flows;
using ProcNet.Text;

namespace ProcNet.Sources.Ebpf;

/// <summary><c>struct first_user</c> of procnet.bpf.c: who first sent or received on a socket.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FeedFirstUser
{
    /// <summary>The process.</summary>
    public EbpfProcess Process;

    /// <summary>When, CLOCK_MONOTONIC, nanoseconds.</summary>
    public long SeenAt;

    /// <summary>The inode of the socket's network namespace; 0 where it was not seen.</summary>
    public uint NetworkNamespace;

    private readonly uint _padding;
}

/// <summary><c>struct process</c> of procnet.bpf.c: who a process was when it used a socket.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FeedProcess
{
    /// <summary>Its parent; nobody where the programs may not look into tasks.</summary>
    public EbpfProcess Parent;

    /// <summary>When it was seen, CLOCK_MONOTONIC, nanoseconds.</summary>
    public long SeenAt;

    private NameBytes _name;

    /// <summary>Its effective user id.</summary>
    public uint UserId;

    private readonly uint _padding;

    /// <summary>Its short name; empty where the programs may not ask.</summary>
    public readonly string Name => FeedText.Decode(_name);

    [InlineArray(16)]
    private struct NameBytes
    {
        private byte _first;
    }
}

/// <summary><c>struct executable</c> of procnet.bpf.c: what a process ran at its last execve.</summary>
internal struct FeedExecutable
{
#pragma warning disable CS0649 // The kernel fills it.
    private readonly PathBytes _path;
#pragma warning restore CS0649

    /// <summary>The path; null where it does not tell the file: relative, or longer than is kept.</summary>
    public readonly string? Path
    {
        get
        {
            string path = FeedText.Decode(_path);
            return path.StartsWith('/') && _path[PathBytes.Length - 2] == 0 ? path : null;
        }
    }

    [InlineArray(Length)]
    private struct PathBytes
    {
        public const int Length = 256;
        private byte _first;
    }
}

/// <summary>Text up to a zero byte.</summary>
internal static class FeedText
{
    /// <summary>Decodes it, as <c>/proc</c>'s names are: a process is known by the same name whichever way it was found.</summary>
    public static string Decode(ReadOnlySpan<byte> text)
    {
        int end = text.IndexOf((byte)0);
        return OutsideText.Decode(end < 0 ? text : text[..end]);
    }
}
