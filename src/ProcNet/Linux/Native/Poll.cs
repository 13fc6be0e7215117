using System.Runtime.InteropServices;

namespace ProcNet.Linux.Native;

/// <summary>struct pollfd (poll(2)).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollFd
{
    /// <summary>There is something to read.</summary>
    public const short In = 1;

    /// <summary>The descriptor; a negative one is passed over.</summary>
    public int Descriptor;

    /// <summary>What to wait for.</summary>
    public short Events;

    /// <summary>What came.</summary>
    public short Returned;
}

internal static unsafe partial class LibC
{
    /// <summary>poll(2).</summary>
    /// <returns>How many descriptors have something to say; 0 at the time-out; -1 with errno.</returns>
    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollFd* descriptors, nuint count, int timeoutMilliseconds);
}
