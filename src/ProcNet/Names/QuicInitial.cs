using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ProcNet.Names;

/// <summary>
/// The client's first packets of a QUIC connection. Their keys come from a number in the packet itself (RFC 9001 5.2, RFC 9369 3.3): the
/// encryption keeps out middle boxes that do not mean it, and hides nothing.
/// </summary>
internal sealed class QuicInitial : IDisposable
{
    private const uint Version1 = 1;
    private const uint Version2 = 0x6B33_43CF;
    private const uint Draft29 = 0xFF00_001D;
    private const int KeyLength = 16;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int SampleLength = 16;
    private const int MaxConnectionId = 20;

    // The salts of RFC 9001 5.2, RFC 9369 3.3.1 and draft-ietf-quic-tls-29 5.2.
    private static readonly byte[] s_salt1 = Convert.FromHexString("38762cf7f55934b34d179ae6a4c80cadccbb7f0a");
    private static readonly byte[] s_salt2 = Convert.FromHexString("0dede3def700a6db819381be6e269dcbf9bd2ed9");
    private static readonly byte[] s_salt29 = Convert.FromHexString("afbfec289993d24c9e9786f19c6111e04390a899");

    private readonly AesGcm _cipher;
    private readonly Aes _headerCipher;
    private readonly byte[] _nonce;

    private QuicInitial(uint version, ReadOnlySpan<byte> connectionId)
    {
        byte[] salt =
            version == Version1 ? s_salt1
            : version == Version2 ? s_salt2
            : s_salt29;
        string prefix = version == Version2 ? "quicv2 " : "quic ";
        byte[] initial = HKDF.Extract(HashAlgorithmName.SHA256, connectionId.ToArray(), salt);
        byte[] client = Expand(initial, "client in", SHA256.HashSizeInBytes);
        _cipher = new AesGcm(Expand(client, prefix + "key", KeyLength), TagLength);
        _nonce = Expand(client, prefix + "iv", NonceLength);
        _headerCipher = Aes.Create();
        _headerCipher.Key = Expand(client, prefix + "hp", KeyLength);
    }

    /// <summary>Whether a datagram begins with such a packet.</summary>
    public static bool Begins(ReadOnlySpan<byte> datagram) => TryFind(datagram, out _);

    /// <summary>The keys that a datagram's first packet is to be read with; null where it is none.</summary>
    public static QuicInitial? KeysOf(ReadOnlySpan<byte> datagram) =>
        TryFind(datagram, out Packet packet) ? new QuicInitial(packet.Version, packet.ConnectionId) : null;

    /// <summary>Reads the packets of a datagram, and adds what they have of the handshake.</summary>
    /// <param name="datagram">The datagram.</param>
    /// <param name="handshake">Takes the parts of the handshake.</param>
    /// <returns>Whether one could be read.</returns>
    public bool TryRead(ReadOnlySpan<byte> datagram, StreamPrefix handshake)
    {
        bool isRead = false;

        // Packets may follow each other in one datagram (RFC 9000 12.2): each is longer than its head.
        while (TryFind(datagram, out Packet packet))
        {
            isRead |= TryDecrypt(datagram[..packet.End], packet, handshake);
            datagram = datagram[packet.End..];
        }

        return isRead;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cipher.Dispose();
        _headerCipher.Dispose();
    }

    private bool TryDecrypt(ReadOnlySpan<byte> bytes, in Packet packet, StreamPrefix handshake)
    {
        if (packet.End - packet.NumberAt < 4 + SampleLength)
        {
            return false;
        }

        Span<byte> mask = stackalloc byte[SampleLength];
        _headerCipher.EncryptEcb(bytes.Slice(packet.NumberAt + 4, SampleLength), mask, PaddingMode.None);
        byte first = (byte)(bytes[0] ^ (mask[0] & 0x0F));
        int numberLength = (first & 3) + 1;
        int headLength = packet.NumberAt + numberLength;
        byte[] head = bytes[..headLength].ToArray();
        head[0] = first;
        uint number = 0;
        for (int i = 0; i < numberLength; i++)
        {
            head[packet.NumberAt + i] ^= mask[1 + i];
            number = (number << 8) | head[packet.NumberAt + i];
        }

        Span<byte> nonce = stackalloc byte[NonceLength];
        _nonce.CopyTo(nonce);
        uint tail = BinaryPrimitives.ReadUInt32BigEndian(nonce[^4..]) ^ number;
        BinaryPrimitives.WriteUInt32BigEndian(nonce[^4..], tail);
        ReadOnlySpan<byte> sealedBytes = bytes[headLength..];
        if (sealedBytes.Length < TagLength)
        {
            return false;
        }

        byte[] frames = new byte[sealedBytes.Length - TagLength];
        try
        {
            _cipher.Decrypt(nonce, sealedBytes[..^TagLength], sealedBytes[^TagLength..], frames, head);
        }
        catch (AuthenticationTagMismatchException)
        {
            // Another's packet, or one that was cut.
            return false;
        }

        ReadFrames(frames, handshake);
        return true;
    }

    /// <summary>Frames that may be in such a packet (RFC 9000 17.2.2): PADDING, PING, ACK, CRYPTO; with any other it is over.</summary>
    private static void ReadFrames(ReadOnlySpan<byte> frames, StreamPrefix handshake)
    {
        while (!frames.IsEmpty)
        {
            byte type = frames[0];
            frames = frames[1..];
            if (type is 0 or 1)
            {
                continue;
            }

            if (type == 6)
            {
                if (
                    !TryReadNumber(ref frames, out ulong offset)
                    || !TryReadNumber(ref frames, out ulong length)
                    || length > (ulong)frames.Length
                    || offset > int.MaxValue
                )
                {
                    return;
                }

                handshake.Add((long)offset, frames[..(int)length]);
                frames = frames[(int)length..];
                continue;
            }

            if (type is not (2 or 3) || !TrySkipAcknowledgement(ref frames, hasCounts: type == 3))
            {
                return;
            }
        }
    }

    private static bool TrySkipAcknowledgement(ref ReadOnlySpan<byte> frames, bool hasCounts)
    {
        if (!TryReadNumber(ref frames, out _) || !TryReadNumber(ref frames, out _) || !TryReadNumber(ref frames, out ulong ranges))
        {
            return false;
        }

        // The first range, then a gap and a range each; then three counts.
        if (ranges > (ulong)frames.Length)
        {
            return false;
        }

        ulong numbers = 1 + (2 * ranges) + (hasCounts ? 3UL : 0);
        for (ulong i = 0; i < numbers; i++)
        {
            if (!TryReadNumber(ref frames, out _))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryFind(ReadOnlySpan<byte> datagram, out Packet packet)
    {
        packet = default;
        const byte LongHeader = 0xC0;
        if (datagram.Length < 7 || (datagram[0] & LongHeader) != LongHeader)
        {
            return false;
        }

        uint version = BinaryPrimitives.ReadUInt32BigEndian(datagram[1..]);
        int type = (datagram[0] >> 4) & 3;
        bool isInitial = version switch
        {
            Version1 or Draft29 => type == 0,
            Version2 => type == 1,
            _ => false,
        };
        int destinationLength = datagram[5];
        if (!isInitial || destinationLength > MaxConnectionId || datagram.Length < 7 + destinationLength)
        {
            return false;
        }

        int sourceLength = datagram[6 + destinationLength];
        int at = 7 + destinationLength + sourceLength;
        if (sourceLength > MaxConnectionId || datagram.Length < at)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = datagram[at..];
        if (!TryReadNumber(ref rest, out ulong token) || token > (ulong)rest.Length)
        {
            return false;
        }

        rest = rest[(int)token..];
        if (!TryReadNumber(ref rest, out ulong length) || length > (ulong)rest.Length)
        {
            return false;
        }

        int numberAt = datagram.Length - rest.Length;
        packet = new Packet(version, datagram.Slice(6, destinationLength), numberAt, numberAt + (int)length);
        return true;
    }

    /// <summary>A number of 1, 2, 4 or 8 bytes (RFC 9000 16).</summary>
    private static bool TryReadNumber(ref ReadOnlySpan<byte> bytes, out ulong number)
    {
        number = 0;
        int length = bytes.IsEmpty ? 1 : 1 << (bytes[0] >> 6);
        if (bytes.Length < length)
        {
            return false;
        }

        number = (ulong)bytes[0] & 0x3F;
        for (int i = 1; i < length; i++)
        {
            number = (number << 8) | bytes[i];
        }

        bytes = bytes[length..];
        return true;
    }

    /// <summary>HKDF-Expand-Label of RFC 8446 7.1, with an empty context.</summary>
    private static byte[] Expand(byte[] secret, string label, int length)
    {
        byte[] name = [.. "tls13 "u8, .. System.Text.Encoding.ASCII.GetBytes(label)];
        return HKDF.Expand(HashAlgorithmName.SHA256, secret, length, [0, (byte)length, (byte)name.Length, .. name, 0]);
    }

    /// <summary>Where things stand in a packet.</summary>
    private readonly ref struct Packet(uint version, ReadOnlySpan<byte> connectionId, int numberAt, int end)
    {
        public uint Version { get; } = version;

        /// <summary>The destination's, which the keys come from.</summary>
        public ReadOnlySpan<byte> ConnectionId { get; } = connectionId;

        /// <summary>Where its number is.</summary>
        public int NumberAt { get; } = numberAt;

        /// <summary>Where it ends.</summary>
        public int End { get; } = end;
    }
}
