using ProcNet.Packets;

namespace ProcNet.Sources.Savefiles;

/// <summary>The packets of a conversation that name one owner at one side.</summary>
internal sealed class FlowShare(bool? isLow, OwnerTag owner, RecordedProcess? process)
{
    /// <summary>Whether the owner is at the Low endpoint; null where the packets do not say.</summary>
    public bool? IsLow => isLow;

    /// <summary>The owner.</summary>
    public OwnerTag Owner => owner;

    /// <summary>Which process it is of several with one id; null where that is not to be told apart.</summary>
    public RecordedProcess? Process => process;

    /// <summary>Bytes that the Low endpoint sent.</summary>
    public long LowBytes { get; private set; }

    /// <summary>Bytes that the High endpoint sent.</summary>
    public long HighBytes { get; private set; }

    /// <summary>Packets that the Low endpoint sent.</summary>
    public long LowPackets { get; private set; }

    /// <summary>Packets that the High endpoint sent.</summary>
    public long HighPackets { get; private set; }

    /// <summary>When the first of them came, in microseconds since 1970 UTC.</summary>
    public long FirstSeen { get; private set; }

    /// <summary>When the last one came.</summary>
    public long LastSeen { get; private set; }

    /// <summary>Counts a packet.</summary>
    public void Count(in CountedPacket packet, long time)
    {
        if (LowPackets + HighPackets == 0)
        {
            FirstSeen = LastSeen = time;
        }

        FirstSeen = Math.Min(FirstSeen, time);
        LastSeen = Math.Max(LastSeen, time);
        if (packet.FromLow)
        {
            LowBytes += packet.Bytes;
            LowPackets++;
        }
        else
        {
            HighBytes += packet.Bytes;
            HighPackets++;
        }
    }
}
