using BenchmarkDotNet.Attributes;
using ProcNet.Sockets;

namespace ProcNet.MicroBench;

/// <summary>A row of /proc/net/tcp.</summary>
[MemoryDiagnoser]
public class Tables
{
    private readonly byte[] _line =
        "   2: 9707A8C0:8BB9 0C7CB5DC:0050 01 00000000:00000000 00:00000000 00000000  1000        0 5243074 1 0000000000000000 20 4 30 10 -1"u8.ToArray();

    /// <summary>Parses it.</summary>
    [Benchmark]
    public bool Parse() => ProcNetTableParser.TryParse(_line, TransportProtocol.Tcp, out _);
}
