using System.Runtime.InteropServices;
using ProcNet.Flows;

namespace ProcNet.Sources.Ebpf;

/// <summary><c>struct flow</c> of procnet.bpf.c: the counters of one end.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FeedFlow
{
    /// <summary>IP bytes as on the wire: each segment of a packet that is cut later has its headers.</summary>
    public long SentBytes;

    /// <summary>The same, received.</summary>
    public long ReceivedBytes;

    /// <summary>Packets as on the wire.</summary>
    public long SentPackets;

    /// <summary>The same, received.</summary>
    public long ReceivedPackets;

    /// <summary>Of the bytes sent: those that the interface's queue dropped, or that found no neighbour. They did not leave.</summary>
    public long DroppedBytes;

    /// <summary>The same in packets.</summary>
    public long DroppedPackets;

    /// <summary>
    /// Of the bytes dropped: those that wait for a neighbour, and have left where it was found since
    /// <see cref="HeldAt"/>.
    /// </summary>
    public long HeldBytes;

    /// <summary>The same in packets.</summary>
    public long HeldPackets;

    /// <summary>The neighbour that they wait for.</summary>
    public ulong HeldFor;

    /// <summary>Since when the last of them waits, CLOCK_MONOTONIC, nanoseconds.</summary>
    public ulong HeldAt;

    /// <summary>When the first packet came, CLOCK_MONOTONIC, nanoseconds.</summary>
    public long FirstSeen;

    /// <summary>When the last packet came, at the resolution of the clock tick.</summary>
    public long LastSeen;

    /// <summary>
    /// The process that made or connected the socket; of an accepted one, the listener's; nobody where the socket is older than
    /// the feed.
    /// </summary>
    public EbpfProcess Creator;

    /// <summary>The inode of the socket's network namespace; 0 where it was not seen.</summary>
    public uint NetworkNamespace;

    private byte _isListener;
    private byte _isConnected;
    private byte _isInherited;
    private byte _isUsersNamespace;

    /// <summary>Whether the socket answers for connections in the making.</summary>
    public bool IsListener
    {
        readonly get => _isListener != 0;
        set => _isListener = value ? (byte)1 : (byte)0;
    }

    /// <summary>Whether the 5-tuple is the socket's own, not a packet's.</summary>
    public bool IsConnected
    {
        readonly get => _isConnected != 0;
        set => _isConnected = value ? (byte)1 : (byte)0;
    }

    /// <summary>Whether <see cref="Creator"/> is that of the listener which the socket was accepted from.</summary>
    public bool IsInherited
    {
        readonly get => _isInherited != 0;
        set => _isInherited = value ? (byte)1 : (byte)0;
    }

    /// <summary>
    /// Whether <see cref="NetworkNamespace"/> belongs to another user namespace than the first one: any user can make such a
    /// one.
    /// </summary>
    public bool IsUsersNamespace
    {
        readonly get => _isUsersNamespace != 0;
        set => _isUsersNamespace = value ? (byte)1 : (byte)0;
    }

    /// <summary>Whether it has counted nothing.</summary>
    public readonly bool IsEmpty => SentPackets == 0 && ReceivedPackets == 0;

    /// <summary>Counts as sent what waited for a neighbour that was found.</summary>
    public void Settle()
    {
        DroppedBytes -= HeldBytes;
        DroppedPackets -= HeldPackets;
        (HeldBytes, HeldPackets) = (0, 0);
    }

    /// <summary>Adds the counts of a later life of the same entry.</summary>
    public void Add(in FeedFlow later)
    {
        SentBytes += later.SentBytes;
        ReceivedBytes += later.ReceivedBytes;
        SentPackets += later.SentPackets;
        ReceivedPackets += later.ReceivedPackets;
        DroppedBytes += later.DroppedBytes;
        DroppedPackets += later.DroppedPackets;
        LastSeen = Math.Max(LastSeen, later.LastSeen);
    }
}
