using ProcNet.Flows;

namespace ProcNet.Packets;

/// <summary>What a frame adds to the flow table.</summary>
internal struct DecodedFrame
{
    /// <summary>The entry that it belongs to. Of a later fragment: addresses and protocol, <see cref="FlowKind.Fragment"/>.</summary>
    public FlowKey Key;

    /// <summary>Whether the Low endpoint sent it. Of frames without endpoints: whether this host sent it.</summary>
    public bool FromLow;

    /// <summary>Whether the link header says that this host sent it, or passed it on.</summary>
    public bool IsSent;

    /// <summary>
    /// Its bytes from the first byte of the IP header to the end of the packet; of other frames those after the link
    /// header.
    /// </summary>
    public int Bytes;

    /// <summary>Where in the frame the IP header begins; meaningful where <see cref="TransportOffset"/> is.</summary>
    public int NetworkOffset;

    /// <summary>Where behind the IP header's first byte the transport header begins; 0 where there is none.</summary>
    public int TransportOffset;

    /// <summary>The TCP flags (RFC 9293 3.1); 0 where there are none.</summary>
    public byte TcpFlags;

    /// <summary>Which part of a packet it carries.</summary>
    public FragmentPart Part;

    /// <summary>The identification that fragments of one packet share.</summary>
    public uint FragmentId;

    /// <summary>
    /// The protocol as every fragment of the packet names it. In IPv6 that is the first header behind the fragment header, which
    /// need not be the transport's (RFC 8200 4.5).
    /// </summary>
    public byte FragmentProtocol;
}
