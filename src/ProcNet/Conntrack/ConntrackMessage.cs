using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ProcNet.Addresses;
using ProcNet.Flows;
using ProcNet.Linux.Native;
using ProcNet.Linux.Netlink;

namespace ProcNet.Conntrack;

/// <summary>The messages of ctnetlink (linux/netfilter/nfnetlink_conntrack.h). Pure.</summary>
internal static class ConntrackMessage
{
    /// <summary>NFNL_SUBSYS_CTNETLINK and IPCTNL_MSG_CT_GET.</summary>
    public const ushort Get = 0x101;

    /// <summary>NFNL_SUBSYS_CTNETLINK and IPCTNL_MSG_CT_NEW: an entry.</summary>
    public const ushort New = 0x100;

    /// <summary>Room for any request.</summary>
    public const int LongestRequest = 128;

    private const int HeaderLength = 4; // struct nfgenmsg
    private const ushort Nested = 0x8000; // NLA_F_NESTED
    private const ushort Original = 1; // CTA_TUPLE_ORIG
    private const ushort Reply = 2; // CTA_TUPLE_REPLY
    private const ushort Status = 3; // CTA_STATUS
    private const ushort StatusMask = 26; // CTA_STATUS_MASK
    private const uint BothTranslated = 0x30; // IPS_SRC_NAT and IPS_DST_NAT
    private const ushort Addresses = 1; // CTA_TUPLE_IP
    private const ushort Ports = 2; // CTA_TUPLE_PROTO

    /// <summary>Asks for the entry of the packets that come to an endpoint.</summary>
    /// <returns>The length.</returns>
    public static int WriteGet(Span<byte> into, in FiveTuple end)
    {
        bool isIPv4 = end.Local.IsIPv4;
        into.Clear();
        into[0] = isIPv4 ? AddressFamilies.Inet : AddressFamilies.Inet6;
        int length = HeaderLength;
        int tuple = Begin(into, ref length, Original);
        int addresses = Begin(into, ref length, Addresses);
        WriteAddress(into, ref length, isIPv4 ? 1 : 3, end.Remote); // CTA_IP_V4_SRC, CTA_IP_V6_SRC
        WriteAddress(into, ref length, isIPv4 ? 2 : 4, end.Local); // CTA_IP_V4_DST, CTA_IP_V6_DST
        End(into, length, addresses);
        int ports = Begin(into, ref length, Ports);
        WriteHeader(into, ref length, 1, 1); // CTA_PROTO_NUM
        into[length] = end.Protocol;
        length += 4;
        WritePort(into, ref length, 2, end.RemotePort); // CTA_PROTO_SRC_PORT
        WritePort(into, ref length, 3, end.LocalPort); // CTA_PROTO_DST_PORT
        End(into, length, ports);
        End(into, length, tuple);
        return length;
    }

    /// <summary>Reads of an entry what stands behind an endpoint.</summary>
    /// <param name="body">The entry.</param>
    /// <param name="shown">The end that was asked for.</param>
    /// <param name="behind">The end as the other side of the translation has it.</param>
    /// <returns>False where the entry makes no sense or is another's.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, in FiveTuple shown, out FiveTuple behind)
    {
        behind = default;
        if (!TryReadTuples(body, out Tuple there, out Tuple back))
        {
            return false;
        }

        // Packets to the end bear one tuple; those that leave the other side bear the inverse of the other one.
        var toEnd = new Tuple(shown.Protocol, shown.Remote, shown.RemotePort, shown.Local, shown.LocalPort);
        if (toEnd != there && toEnd != back)
        {
            return false;
        }

        Tuple other = toEnd == back ? there : back;
        behind = new FiveTuple(shown.Protocol, other.Source, other.SourcePort, other.Destination, other.DestinationPort);
        return true;
    }

    /// <summary>Asks for all entries of which source and destination are translated: in older kernels for all.</summary>
    /// <returns>The length.</returns>
    public static int WriteDumpOfTranslated(Span<byte> into)
    {
        into.Clear();
        int length = HeaderLength;
        foreach (ushort type in (ReadOnlySpan<ushort>)[Status, StatusMask])
        {
            WriteHeader(into, ref length, type, 4);
            BinaryPrimitives.WriteUInt32BigEndian(into[length..], BothTranslated);
            length += 4;
        }

        return length;
    }

    /// <summary>Reads the sockets' 5-tuples of an entry that is translated at both ends.</summary>
    /// <param name="body">The entry.</param>
    /// <param name="caller">That of who called.</param>
    /// <param name="called">That of who was called.</param>
    /// <returns>False where it is not.</returns>
    public static bool TryReadTwiceTranslated(ReadOnlySpan<byte> body, out FiveTuple caller, out FiveTuple called)
    {
        caller = called = default;
        if (
            !TryReadTuples(body, out Tuple there, out Tuple back)
            || there.Protocol != back.Protocol
            || (there.Source, there.SourcePort) == (back.Destination, back.DestinationPort)
            || (there.Destination, there.DestinationPort) == (back.Source, back.SourcePort)
        )
        {
            return false;
        }

        caller = new FiveTuple(there.Protocol, there.Source, there.SourcePort, there.Destination, there.DestinationPort);
        called = new FiveTuple(back.Protocol, back.Source, back.SourcePort, back.Destination, back.DestinationPort);
        return true;
    }

    private static bool TryReadTuples(ReadOnlySpan<byte> body, out Tuple there, out Tuple back)
    {
        there = back = default;
        if (body.Length < HeaderLength)
        {
            return false;
        }

        Tuple? original = null;
        Tuple? reply = null;
        var attributes = new NetlinkAttributes(body[HeaderLength..]);
        while (attributes.MoveNext())
        {
            switch (attributes.Type)
            {
                case Original:
                    original = ReadTuple(attributes.Value);
                    break;
                case Reply:
                    reply = ReadTuple(attributes.Value);
                    break;
                default:
                    break;
            }
        }

        (there, back) = (original ?? default, reply ?? default);
        return original is not null && reply is not null;
    }

    private static Tuple? ReadTuple(ReadOnlySpan<byte> value)
    {
        AddressValue? source = null;
        AddressValue? destination = null;
        ushort sourcePort = 0;
        ushort destinationPort = 0;
        byte protocol = 0;
        var parts = new NetlinkAttributes(value);
        while (parts.MoveNext())
        {
            var fields = new NetlinkAttributes(parts.Value);
            while (fields.MoveNext())
            {
                ReadOnlySpan<byte> field = fields.Value;
                switch (parts.Type, fields.Type)
                {
                    case (Addresses, 1 or 3):
                        source = ReadAddress(field);
                        break;
                    case (Addresses, 2 or 4):
                        destination = ReadAddress(field);
                        break;
                    case (Ports, 1) when field.Length >= 1:
                        protocol = field[0];
                        break;
                    case (Ports, 2) when field.Length >= 2:
                        sourcePort = BinaryPrimitives.ReadUInt16BigEndian(field);
                        break;
                    case (Ports, 3) when field.Length >= 2:
                        destinationPort = BinaryPrimitives.ReadUInt16BigEndian(field);
                        break;
                    default:
                        break;
                }
            }
        }

        return source is { } from && destination is { } to ? new Tuple(protocol, from, sourcePort, to, destinationPort) : null;
    }

    private static AddressValue? ReadAddress(ReadOnlySpan<byte> value) =>
        value.Length switch
        {
            4 => AddressValue.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(value)),
            16 => AddressValue.FromIPv6(value),
            _ => null,
        };

    private static int Begin(Span<byte> into, ref int length, ushort type)
    {
        int start = length;
        WriteHeader(into, ref length, (ushort)(type | Nested), 0);
        return start;
    }

    private static void End(Span<byte> into, int length, int start) => MemoryMarshal.Write(into[start..], (ushort)(length - start));

    private static void WriteHeader(Span<byte> into, ref int length, ushort type, int valueLength)
    {
        MemoryMarshal.Write(into[length..], (ushort)(4 + valueLength));
        MemoryMarshal.Write(into[(length + 2)..], type);
        length += 4;
    }

    private static void WriteAddress(Span<byte> into, ref int length, int type, AddressValue address)
    {
        WriteHeader(into, ref length, (ushort)type, address.IsIPv4 ? 4 : 16);
        if (address.IsIPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(into[length..], address.IPv4);
            length += 4;
        }
        else
        {
            BinaryPrimitives.WriteUInt64BigEndian(into[length..], address.High);
            BinaryPrimitives.WriteUInt64BigEndian(into[(length + 8)..], address.Low);
            length += 16;
        }
    }

    private static void WritePort(Span<byte> into, ref int length, ushort type, ushort port)
    {
        WriteHeader(into, ref length, type, 2);
        BinaryPrimitives.WriteUInt16BigEndian(into[length..], port);
        length += 4;
    }

    private readonly record struct Tuple(
        byte Protocol,
        AddressValue Source,
        ushort SourcePort,
        AddressValue Destination,
        ushort DestinationPort
    );
}
