using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ProcNet.Addresses;
using ProcNet.Linux.Native;

namespace ProcNet.Sockets;

/// <summary>The two messages of inet_diag (include/uapi/linux/inet_diag.h): inet_diag_req_v2 and inet_diag_msg.</summary>
internal static class SocketDiagnosticsMessage
{
    /// <summary>SOCK_DIAG_BY_FAMILY: the type of both.</summary>
    public const ushort Type = 20;

    /// <summary>The length of a request.</summary>
    public const int RequestLength = 56;

    private const int AnswerLength = 72;
    private const ushort IPv6OnlyAttribute = 11; // INET_DIAG_SKV6ONLY

    /// <summary>Writes a request for a whole table.</summary>
    public static void WriteDump(Span<byte> request, TransportProtocol protocol, AddressFamily family, SocketDumpFilter filter)
    {
        WriteStart(request, protocol, family == AddressFamily.InterNetworkV6, filter.StateMask == 0 ? ~0u : filter.StateMask);
        request[2] = filter.HasDetails && protocol == TransportProtocol.Tcp ? TcpInfo.Extensions : (byte)0;
        BinaryPrimitives.WriteUInt16BigEndian(request[8..], filter.LocalPort);
        BinaryPrimitives.WriteUInt16BigEndian(request[10..], filter.RemotePort);
    }

    /// <summary>Writes a request for one socket, by the two endpoints as the kernel names them: "source" first.</summary>
    public static void WriteFind(
        Span<byte> request,
        TransportProtocol protocol,
        AddressValue source,
        ushort sourcePort,
        AddressValue destination,
        ushort destinationPort,
        int interfaceIndex
    )
    {
        bool isIPv6 = !source.IsIPv4 || !destination.IsIPv4;
        WriteStart(request, protocol, isIPv6, ~0u);
        BinaryPrimitives.WriteUInt16BigEndian(request[8..], sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(request[10..], destinationPort);
        WriteAddress(request[12..], source, isIPv6);
        WriteAddress(request[28..], destination, isIPv6);
        MemoryMarshal.Write(request[44..], interfaceIndex);
        request.Slice(48, 8).Fill(0xFF); // INET_DIAG_NOCOOKIE
    }

    /// <summary>Reads an answer.</summary>
    /// <returns>False where it is too short to be one.</returns>
    public static bool TryRead(ReadOnlySpan<byte> answer, TransportProtocol protocol, bool hasDetails, out SocketRow row)
    {
        row = default;
        if (answer.Length < AnswerLength)
        {
            return false;
        }

        bool isIPv6 = answer[0] == AddressFamilies.Inet6;
        row.Protocol = protocol;
        row.Family = isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        row.State = KernelSocketState.ToConnectionState(answer[1], protocol);
        row.LocalPort = BinaryPrimitives.ReadUInt16BigEndian(answer[4..]);
        row.RemotePort = BinaryPrimitives.ReadUInt16BigEndian(answer[6..]);
        row.Local = ReadAddress(answer[8..], isIPv6);
        row.Remote = ReadAddress(answer[24..], isIPv6);
        row.InterfaceIndex = MemoryMarshal.Read<int>(answer[40..]);
        row.Cookie = MemoryMarshal.Read<ulong>(answer[44..]);
        row.ReceiveQueue = MemoryMarshal.Read<uint>(answer[56..]);
        row.SendQueue = MemoryMarshal.Read<uint>(answer[60..]);
        row.UserId = MemoryMarshal.Read<uint>(answer[64..]);
        row.Inode = MemoryMarshal.Read<uint>(answer[68..]);
        row.Tcp =
            hasDetails && row.State is not (ConnectionState.Listen or ConnectionState.Closed) ? TcpInfo.Read(answer[AnswerLength..]) : null;
        row.IPv6Only = isIPv6 && ReadIPv6Only(answer[AnswerLength..]);
        return true;
    }

    private static void WriteStart(Span<byte> request, TransportProtocol protocol, bool isIPv6, uint states)
    {
        request[..RequestLength].Clear();
        request[0] = isIPv6 ? AddressFamilies.Inet6 : AddressFamilies.Inet;
        request[1] = (byte)protocol;
        MemoryMarshal.Write(request[4..], states);
    }

    private static void WriteAddress(Span<byte> target, AddressValue address, bool isIPv6)
    {
        if (isIPv6)
        {
            BinaryPrimitives.WriteUInt64BigEndian(target, address.High);
            BinaryPrimitives.WriteUInt64BigEndian(target[8..], address.Low);
        }
        else
        {
            BinaryPrimitives.WriteUInt32BigEndian(target, address.IPv4);
        }
    }

    private static AddressValue ReadAddress(ReadOnlySpan<byte> source, bool isIPv6) =>
        isIPv6 ? AddressValue.FromIPv6(source) : AddressValue.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(source));

    // The kernel adds the attribute unasked to IPv6 sockets that listen or are closed (inet_diag_msg_attrs_fill).
    private static bool ReadIPv6Only(ReadOnlySpan<byte> attributes)
    {
        while (attributes.Length >= 4)
        {
            ushort length = MemoryMarshal.Read<ushort>(attributes);
            if (length < 4 || length > attributes.Length)
            {
                return false;
            }

            if (MemoryMarshal.Read<ushort>(attributes[2..]) == IPv6OnlyAttribute)
            {
                return length > 4 && attributes[4] != 0;
            }

            attributes = attributes[Math.Min(attributes.Length, (length + 3) & ~3)..];
        }

        return false;
    }
}
