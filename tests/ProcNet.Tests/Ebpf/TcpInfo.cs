using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ProcNet.Tests.Ebpf;

/// <summary>What the kernel itself has counted of a TCP connection (TCP_INFO, tcp(7); offsets of struct tcp_info).</summary>
internal sealed record TcpInfo(long SegmentsSent, long SegmentsReceived, long PayloadSent, long PayloadReceived)
{
    private const int Tcp = 6;
    private const int Info = 11;

    public static TcpInfo Read(Socket socket)
    {
        byte[] info = new byte[232];
        int length = socket.GetRawSocketOption(Tcp, Info, info);
        Assert.True(length >= 208, $"This kernel's TCP_INFO has {length} bytes.");
        return new TcpInfo(
            MemoryMarshal.Read<uint>(info.AsSpan(136)),
            MemoryMarshal.Read<uint>(info.AsSpan(140)),
            MemoryMarshal.Read<long>(info.AsSpan(200)),
            MemoryMarshal.Read<long>(info.AsSpan(128))
        );
    }
}
