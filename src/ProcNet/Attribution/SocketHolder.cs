using ProcNet.Processes;

namespace ProcNet.Attribution;

/// <summary>A process that was seen to hold a socket, and from when to when.</summary>
internal sealed class SocketHolder
{
    /// <summary>Notes the first observation.</summary>
    public SocketHolder(ProcessIdentity process, long seenAt)
    {
        Process = process;
        FirstSeen = LastSeen = seenAt;
    }

    /// <summary>The process.</summary>
    public ProcessIdentity Process { get; }

    /// <summary>When it was first seen to hold the socket, in microseconds since 1970 UTC.</summary>
    public long FirstSeen { get; }

    /// <summary>When it was last seen to hold the socket.</summary>
    public long LastSeen { get; private set; }

    /// <summary>Whether it was looked at since, or has ended, and holds the socket no more.</summary>
    public bool HasLetGo { get; private set; }

    /// <summary>Notes another observation.</summary>
    public void Record(long seenAt)
    {
        LastSeen = Math.Max(LastSeen, seenAt);
        HasLetGo = false;
    }

    /// <summary>Notes that it holds the socket no more.</summary>
    public void LetGo() => HasLetGo = true;
}
