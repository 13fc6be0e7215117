using System.Runtime.InteropServices;

namespace ProcNet.Processes.Iterator;

/// <summary><c>struct record</c> of iter.bpf.c: a descriptor that is a socket.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct SocketIteratorRecord
{
    /// <summary>The process id, as the initial PID namespace has it.</summary>
    public readonly uint ProcessId;

    /// <summary>The descriptor's number.</summary>
    public readonly uint Descriptor;

    /// <summary>When the process started, in clock ticks since boot.</summary>
    public readonly ulong StartTicks;

    /// <summary>The kernel's cookie for the socket.</summary>
    public readonly ulong Cookie;

    /// <summary>The socket's inode.</summary>
    public readonly ulong Inode;

    /// <summary>The inode of the socket's network namespace.</summary>
    public readonly uint NetworkNamespace;

    /// <summary>The socket's family (AF_INET: 2, AF_INET6: 10).</summary>
    public readonly ushort Family;

    /// <summary>The socket's type.</summary>
    public readonly ushort Type;

    /// <summary>The process for good.</summary>
    public ProcessKey Process => new((int)ProcessId, StartTicks);
}
