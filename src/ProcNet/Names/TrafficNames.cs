using System.Buffers.Binary;
using System.Diagnostics;
using ProcNet.Addresses;
using ProcNet.Flows;

namespace ProcNet.Names;

/// <summary>
/// Learns the names of remote ends from what passes anyway: answers of name servers, and the names that TLS and QUIC clients ask for. It
/// asks nobody. All of it comes from outside: nothing is kept without a bound, and nothing costs more than its packet allows.
/// </summary>
internal sealed class TrafficNames : IPayloadObserver, IDisposable
{
    private const byte Tcp = 6;
    private const byte Udp = 17;
    private const ushort DnsPort = 53;

    // A ClientHello with keys that stand up to quantum computers is about 1,800 bytes; a record, and so a stream that is looked at, has 16
    // KiB.
    private const int MaxHello = 16_384 + 64;
    private const int MaxDnsStream = 65_537;
    private const int MaxHelloPackets = 24;
    private const int MaxDnsPackets = 256;
    private const int MaxQuicPackets = 8;
    private const int MaxStreams = 4096;
    private const int MaxStreamBytes = 8 << 20;
    private const int MaxQueries = 8192;
    private const long QueryLifetime = 30_000_000;

    // What clients keep an address for, whatever its lifetime says, and the longest that a lifetime is taken for (RFC 8767).
    private const long ShortestHold = 30_000_000;
    private const long LongestHold = 86_400_000_000;

    private readonly bool _isLive;
    private readonly Dictionary<(FlowKey Key, bool FromLow), Stream> _streams = [];
    private readonly Queue<((FlowKey Key, bool FromLow) Key, Stream Stream)> _streamsInOrder = [];
    private readonly Dictionary<Query, (string Name, ushort Type, long Time)> _queries = [];
    private int _streamBytes;
    private long _second;
    private int _decryptions;

    /// <summary>Begins to learn.</summary>
    /// <param name="isLive">Whether packets wait for nobody: then what a flood of them can cost is bounded.</param>
    public TrafficNames(bool isLive) => _isLive = isLive;

    /// <summary>What was learned.</summary>
    public NameRegister Register { get; } = new();

    /// <summary>How many streams and conversations are being read: bounded.</summary>
    public int Pending => _streams.Count + _queries.Count;

    /// <inheritdoc/>
    public void OnPacket(in FlowKey key, bool fromLow, long time, long position, bool isFirst, ReadOnlySpan<byte> transport)
    {
        if (key.Protocol == Tcp)
        {
            OnSegment(key, fromLow, time, position, isFirst, transport);
        }
        else if (key.Protocol == Udp)
        {
            OnDatagram(key, fromLow, time, position, transport);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Stream stream in _streams.Values)
        {
            stream.Keys?.Dispose();
        }

        _streams.Clear();
    }

    private void OnDatagram(in FlowKey key, bool fromLow, long time, long position, ReadOnlySpan<byte> transport)
    {
        const int HeaderLength = 8;
        if (transport.Length <= HeaderLength)
        {
            return;
        }

        // A datagram ends where it says; the frame may be padded.
        int length = BinaryPrimitives.ReadUInt16BigEndian(transport[4..]);
        ReadOnlySpan<byte> payload = transport[
            HeaderLength..(length >= HeaderLength ? Math.Min(length, transport.Length) : transport.Length)
        ];
        if (key.LowPort == DnsPort || key.HighPort == DnsPort)
        {
            OnDnsMessage(key, fromLow, time, payload);
        }
        else if (position <= MaxQuicPackets && QuicInitial.Begins(payload))
        {
            OnQuic(key, fromLow, time, payload);
        }
    }

    private void OnQuic(in FlowKey key, bool fromLow, long time, ReadOnlySpan<byte> payload)
    {
        if (!MayDecrypt())
        {
            return;
        }

        bool isNew = !_streams.TryGetValue((key, fromLow), out Stream? stream);
        stream ??= new Stream(MaxHello, firstByte: 0) { Keys = QuicInitial.KeysOf(payload) };
        if (stream.IsDone || stream.Keys is null)
        {
            return;
        }

        int before = stream.Prefix.Capacity;
        if (!stream.Keys.TryRead(payload, stream.Prefix))
        {
            if (!isNew)
            {
                // After a Retry (RFC 9000 17.2.5) the keys come from another number.
                stream.Keys.Dispose();
                stream.Keys = QuicInitial.KeysOf(payload);
            }

            if (isNew || stream.Keys?.TryRead(payload, stream.Prefix) != true)
            {
                // The server's own first packet, which others' keys do not open.
                if (isNew)
                {
                    stream.Keys?.Dispose();
                }

                return;
            }
        }

        if (isNew)
        {
            Keep((key, fromLow), stream);
        }

        _streamBytes += stream.Prefix.Capacity - before;
        if (ClientHello.TryRead(stream.Prefix.Bytes, stream.Prefix.IsFull, out ClientHello hello))
        {
            Note(key, fromLow, time, hello, NameEvidence.QuicSni);
            Finish(stream);
        }
    }

    private void OnSegment(in FlowKey key, bool fromLow, long time, long position, bool isFirst, ReadOnlySpan<byte> transport)
    {
        const int ShortestHeader = 20;
        const byte Syn = 2;
        const byte Ack = 16;
        bool isDns = key.LowPort == DnsPort || key.HighPort == DnsPort;
        if (position > (isDns ? MaxDnsPackets : MaxHelloPackets) || transport.Length < ShortestHeader)
        {
            return;
        }

        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(transport[4..]);
        int headerLength = (transport[12] >> 4) * 4;
        byte flags = transport[13];
        if (headerLength < ShortestHeader || headerLength > transport.Length)
        {
            return;
        }

        ReadOnlySpan<byte> payload = transport[headerLength..];
        bool opens = (flags & Syn) != 0 && (isDns || (flags & Ack) == 0);
        Stream? stream;
        if (opens)
        {
            // The first byte follows the SYN; another SYN of the same 5-tuple begins another stream.
            stream = new Stream(isDns ? MaxDnsStream : MaxHello, sequence + 1);
            Keep((key, fromLow), stream);
            sequence++;
        }
        else if (payload.IsEmpty)
        {
            return;
        }
        else if (!_streams.TryGetValue((key, fromLow), out stream))
        {
            // The SYN may have come before the capture began; but not in the middle of a conversation, where another's server (a proxy) may
            // have been asked for.
            if (!isDns && (!isFirst || !ClientHello.MayBegin(payload)))
            {
                return;
            }

            stream = new Stream(isDns ? MaxDnsStream : MaxHello, sequence);
            Keep((key, fromLow), stream);
        }

        if (stream.IsDone || payload.IsEmpty)
        {
            return;
        }

        int before = stream.Prefix.Capacity;
        stream.Prefix.Add((int)(sequence - stream.FirstByte), payload);
        _streamBytes += stream.Prefix.Capacity - before;
        if (isDns)
        {
            ReadDnsStream(key, fromLow, time, stream);
        }
        else
        {
            ReadHello(key, fromLow, time, stream, isLast: position == MaxHelloPackets);
        }
    }

    private void ReadHello(in FlowKey key, bool fromLow, long time, Stream stream, bool isLast)
    {
        ReadOnlySpan<byte> bytes = stream.Prefix.Bytes;
        if (bytes.IsEmpty)
        {
            return;
        }

        if (!ClientHello.MayBegin(bytes))
        {
            Finish(stream);
            return;
        }

        byte[] handshake = new byte[bytes.Length];
        bool isMoreToCome = ClientHello.Unwrap(bytes, handshake, out int length);
        isLast |= !isMoreToCome || stream.Prefix.IsFull;
        if (ClientHello.TryRead(handshake.AsSpan(0, length), isLast, out ClientHello hello))
        {
            Note(key, fromLow, time, hello, NameEvidence.Sni);
            Finish(stream);
        }
        else if (isLast)
        {
            Finish(stream);
        }
    }

    private void ReadDnsStream(in FlowKey key, bool fromLow, long time, Stream stream)
    {
        // Each message has its length before it (RFC 1035 4.2.2).
        while (stream.Prefix.Bytes.Length >= 2)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(stream.Prefix.Bytes);
            if (stream.Prefix.Bytes.Length < 2 + length)
            {
                return;
            }

            OnDnsMessage(key, fromLow, time, stream.Prefix.Bytes.Slice(2, length));
            stream.Prefix.Skip(2 + length);
            stream.FirstByte += (uint)(2 + length);
        }
    }

    private void OnDnsMessage(in FlowKey key, bool fromLow, long time, ReadOnlySpan<byte> bytes)
    {
        if (!DnsMessage.TryRead(bytes, out DnsMessage message))
        {
            return;
        }

        AddressValue sender = fromLow ? key.Low : key.High;
        AddressValue receiver = fromLow ? key.High : key.Low;
        ushort senderPort = fromLow ? key.LowPort : key.HighPort;
        ushort receiverPort = fromLow ? key.HighPort : key.LowPort;
        if (!message.IsResponse)
        {
            if (receiverPort == DnsPort)
            {
                Remember(new Query(sender, senderPort, receiver, message.Id), message, time);
            }

            return;
        }

        // An answer that nobody asked for is nobody's word.
        Query query = new(receiver, receiverPort, sender, message.Id);
        if (
            senderPort != DnsPort
            || !_queries.TryGetValue(query, out (string Name, ushort Type, long Time) asked)
            || asked.Name != message.Question
            || asked.Type != message.QuestionType
            || time - asked.Time > QueryLifetime
        )
        {
            return;
        }

        while (message.TryReadAddress(out AddressValue address, out uint lifetime))
        {
            long hold = Math.Clamp(lifetime * 1_000_000L, ShortestHold, LongestHold);
            Register.Add(receiver, address, new ToldName(message.Question, time, time + hold));
        }
    }

    private void Remember(Query query, in DnsMessage message, long time)
    {
        if (_queries.Count >= MaxQueries)
        {
            foreach (
                Query old in _queries.Where(entry => time - entry.Value.Time > QueryLifetime).Select(static entry => entry.Key).ToArray()
            )
            {
                _queries.Remove(old);
            }

            if (_queries.Count >= MaxQueries)
            {
                // A flood: those of before go unanswered here.
                _queries.Clear();
            }
        }

        _queries[query] = (message.Question, message.QuestionType, time);
    }

    private void Note(in FlowKey key, bool fromLow, long time, ClientHello hello, NameEvidence evidence)
    {
        if (hello.ServerName is { } name)
        {
            Register.Add(key, new AskedName(time, fromLow, name, evidence, hello.HasEncryptedHello));
        }
    }

    private void Keep((FlowKey Key, bool FromLow) key, Stream stream)
    {
        if (_streams.Remove(key, out Stream? replaced))
        {
            Finish(replaced);
        }

        _streams[key] = stream;
        _streamsInOrder.Enqueue((key, stream));
        while (_streams.Count > MaxStreams || _streamBytes > MaxStreamBytes || _streamsInOrder.Count > 2 * MaxStreams)
        {
            if (!_streamsInOrder.TryDequeue(out ((FlowKey Key, bool FromLow) Key, Stream Stream) oldest))
            {
                break;
            }

            if (_streams.TryGetValue(oldest.Key, out Stream? present) && present == oldest.Stream)
            {
                _streams.Remove(oldest.Key);
            }

            Finish(oldest.Stream);
        }
    }

    /// <summary>Lets go of what was put together. That it is done stays known, so that it is not begun again.</summary>
    private void Finish(Stream stream)
    {
        if (!stream.IsDone)
        {
            _streamBytes -= stream.Prefix.Capacity;
            stream.Prefix = s_nothing;
            stream.Keys?.Dispose();
            stream.Keys = null;
            stream.IsDone = true;
        }
    }

    private static readonly StreamPrefix s_nothing = new(0);

    /// <summary>
    /// Live, at most two thousand packets a second are decrypted (some hundredths of a core): what comes beyond has no name, instead of
    /// packets being lost.
    /// </summary>
    private bool MayDecrypt()
    {
        const int MostInASecond = 2000;
        if (!_isLive)
        {
            return true;
        }

        long second = Stopwatch.GetTimestamp() / Stopwatch.Frequency;
        if (second != _second)
        {
            _second = second;
            _decryptions = 0;
        }

        return ++_decryptions <= MostInASecond;
    }

    private readonly record struct Query(AddressValue Client, ushort ClientPort, AddressValue Server, ushort Id);

    private sealed class Stream(int limit, uint firstByte)
    {
        /// <summary>What was put together by now.</summary>
        public StreamPrefix Prefix { get; set; } = new(limit);

        /// <summary>The number of its first byte.</summary>
        public uint FirstByte { get; set; } = firstByte;

        /// <summary>Of QUIC: what opens it.</summary>
        public QuicInitial? Keys { get; set; }

        /// <summary>Whether nothing more is to be learned.</summary>
        public bool IsDone { get; set; }
    }
}
