using BenchmarkDotNet.Attributes;
using ProcNet.Flows;
using ProcNet.Packets;

namespace ProcNet.MicroBench;

/// <summary>One packet through the decoder, and through the decoder and the table.</summary>
[MemoryDiagnoser]
public class Packets
{
    private const int Flows = 1024;

    private readonly byte[][] _frames = new byte[Flows][];
    private readonly PacketMeter _meter = new();
    private readonly TrafficInterface _interface = new()
    {
        Slot = 0,
        Name = "eth0",
        LinkLayer = LinkLayer.Ethernet,
    };
    private int _next;

    /// <summary>Makes TCP packets over IPv4, each of a conversation of its own.</summary>
    [GlobalSetup]
    public void MakeFrames()
    {
        _meter.AddInterface(_interface);
        for (int i = 0; i < Flows; i++)
        {
            byte[] frame = new byte[96];
            frame[12] = 0x08;
            frame[14] = 0x45;
            frame[17] = 82;
            frame[22] = 64;
            frame[23] = 6;
            frame[26] = 10;
            frame[30] = 10;
            frame[33] = 2;
            frame[34] = (byte)(i >> 8);
            frame[35] = (byte)i;
            frame[37] = 80;
            frame[46] = 5 << 4;
            frame[47] = 0x10;
            _frames[i] = frame;
        }
    }

    /// <summary>The decoder alone.</summary>
    [Benchmark]
    public long Decode()
    {
        FrameDecoder.Decode(_frames[++_next % Flows], 96, _interface, out DecodedFrame decoded);
        return decoded.Bytes;
    }

    /// <summary>The decoder, the table and the counters.</summary>
    [Benchmark]
    public void Count() => _meter.Count(0, _next, _frames[++_next % Flows], 96);
}
