using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using ProcNet.Addresses;
using ProcNet.Attribution;
using ProcNet.Flows;
using ProcNet.Names;

namespace ProcNet.Tests.Names;

/// <summary>Conversations that pass before what learns names.</summary>
internal sealed class Wire : IDisposable
{
    public const string Client = "192.0.2.2";
    public const string Server = "198.51.100.10";
    public const string Resolver = "192.0.2.53";

    private readonly Dictionary<(FlowKey Key, bool FromLow), long> _positions = [];
    private readonly Dictionary<FlowKey, (long First, long Last)> _times = [];

    public TrafficNames Names { get; } = new(isLive: false);

    /// <summary>The time of the next packet, in microseconds.</summary>
    public long Now { get; set; } = 1_000_000;

    public void Dispose() => Names.Dispose();

    public void Udp(string source, int sourcePort, string destination, int destinationPort, byte[] payload) =>
        Pass(
            source,
            sourcePort,
            destination,
            destinationPort,
            17,
            [.. DnsBytes.Two(sourcePort), .. DnsBytes.Two(destinationPort), .. DnsBytes.Two(payload.Length + 8), 0, 0, .. payload]
        );

    public void Tcp(string source, int sourcePort, string destination, int destinationPort, uint sequence, byte[] payload, byte flags = 16)
    {
        byte[] header = new byte[20];
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), sequence);
        header[12] = 5 << 4;
        header[13] = flags;
        Pass(source, sourcePort, destination, destinationPort, 6, [.. header, .. payload]);
    }

    /// <summary>A client asks the resolver, which answers.</summary>
    public void Resolve(string name, params string[] addresses)
    {
        ushort type = addresses[0].Contains(':', StringComparison.Ordinal) ? DnsBytes.Aaaa : DnsBytes.A;
        Udp(Client, 5353, Resolver, 53, DnsBytes.Query(7, name, type));
        Udp(Resolver, 53, Client, 5353, DnsBytes.Answer(7, name, type, [.. addresses.Select(address => DnsBytes.Address(name, address))]));
    }

    /// <summary>A client opens a connection and sends its first bytes in parts, by their places among them.</summary>
    public void Connect(int port, byte[] bytes, params (int Begin, int End)[] parts)
    {
        Tcp(Client, port, Server, 443, 999, [], flags: 2);
        foreach ((int begin, int end) in parts.Length > 0 ? parts : [(0, bytes.Length)])
        {
            Tcp(Client, port, Server, 443, (uint)(1000 + begin), bytes[begin..end]);
        }
    }

    /// <summary>The name of the other end of a conversation of this machine, or of another's that passes through it.</summary>
    public (string? Name, NameEvidence Evidence) NameOf(
        string local,
        int localPort,
        string remote,
        int remotePort,
        byte protocol = 6,
        bool isForwarded = false
    )
    {
        (FlowKey key, bool fromLow) = Key(local, localPort, remote, remotePort, protocol);
        (long first, long last) = _times.GetValueOrDefault(key, (Now, Now));
        NameLookup lookup = new(Names.Register, [], [], null);
        AttributedFlow flow = new()
        {
            Key = key,
            Generation = 0,
            LocalIsLow = fromLow,
            IsSecondView = false,
            SentBytes = 1,
            ReceivedBytes = 1,
            SentPackets = 1,
            ReceivedPackets = 1,
            FirstSeen = first,
            LastSeen = last,
            Match = new OwnerMatch { Category = isForwarded ? TrafficCategory.Forwarded : TrafficCategory.NoSocket },
        };
        lookup.Learn([flow]);
        return lookup.Find(flow);
    }

    /// <summary>What OpenSSL sends first.</summary>
    public static byte[] HelloOfOpenSsl(string name)
    {
        using MemoryStream sent = new();
        using SslStream tls = new(new OneWay(sent), leaveInnerStreamOpen: false);
        Assert.ThrowsAny<IOException>(() => tls.AuthenticateAsClient(name));
        return sent.ToArray();
    }

    private void Pass(string source, int sourcePort, string destination, int destinationPort, byte protocol, byte[] transport)
    {
        (FlowKey key, bool fromLow) = Key(source, sourcePort, destination, destinationPort, protocol);
        bool isFirst = !_times.ContainsKey(key);
        _times[key] = (isFirst ? Now : _times[key].First, Now);
        long position = _positions[(key, fromLow)] = _positions.GetValueOrDefault((key, fromLow)) + 1;
        Names.OnPacket(key, fromLow, Now, position, isFirst, transport);
        Now += 1000;
    }

    private static (FlowKey Key, bool FromLow) Key(string source, int sourcePort, string destination, int destinationPort, byte protocol)
    {
        var key = FlowKey.Create(
            AddressValue.From(IPAddress.Parse(source)),
            (ushort)sourcePort,
            AddressValue.From(IPAddress.Parse(destination)),
            (ushort)destinationPort,
            protocol,
            FlowKind.Conversation,
            0,
            out bool fromLow
        );
        return (key, fromLow);
    }

    /// <summary>Keeps what is written, and has nothing to read.</summary>
    private sealed class OneWay(MemoryStream sent) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => 0;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => sent.Write(buffer, offset, count);
    }
}
