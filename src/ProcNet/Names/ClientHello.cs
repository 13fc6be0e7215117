using System.Buffers.Binary;

namespace ProcNet.Names;

/// <summary>What the first message of TLS (RFC 8446 4.1.2) says of the server that is asked for.</summary>
/// <param name="ServerName">The name; null where it has none.</param>
/// <param name="HasEncryptedHello">
/// Whether the true name may be in an encrypted part (ECH), and this one the provider's. Browsers send such a part also where there is
/// nothing in it.
/// </param>
internal readonly record struct ClientHello(string? ServerName, bool HasEncryptedHello)
{
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const int RecordHeaderLength = 5;
    private const int MessageHeaderLength = 4;
    private const ushort ServerNameExtension = 0;
    private const ushort EncryptedClientHelloExtension = 0xFE0D;

    /// <summary>Whether a stream can begin one: what is there of it fits.</summary>
    public static bool MayBegin(ReadOnlySpan<byte> stream) =>
        stream.Length > 0
        && stream[0] == HandshakeRecord
        && (stream.Length < 2 || stream[1] == 3)
        && (stream.Length <= RecordHeaderLength || stream[RecordHeaderLength] == ClientHelloMessage);

    /// <summary>Takes the handshake out of TLS records, which may cut it anywhere.</summary>
    /// <param name="stream">The stream from its first byte.</param>
    /// <param name="handshake">Takes it; as long as the stream is enough.</param>
    /// <param name="length">How much of it is there.</param>
    /// <returns>Whether more can come: the stream ends within it.</returns>
    public static bool Unwrap(ReadOnlySpan<byte> stream, Span<byte> handshake, out int length)
    {
        length = 0;
        while (stream.Length >= RecordHeaderLength)
        {
            int record = BinaryPrimitives.ReadUInt16BigEndian(stream[3..]);
            if (stream[0] != HandshakeRecord || stream[1] != 3 || record == 0)
            {
                return false;
            }

            ReadOnlySpan<byte> part = stream.Slice(RecordHeaderLength, Math.Min(record, stream.Length - RecordHeaderLength));
            part.CopyTo(handshake[length..]);
            length += part.Length;
            if (part.Length < record)
            {
                return true;
            }

            if (length >= MessageHeaderLength && length >= LengthOf(handshake))
            {
                return false;
            }

            stream = stream[(RecordHeaderLength + record)..];
        }

        return true;
    }

    /// <summary>Reads the message.</summary>
    /// <param name="handshake">The handshake from its first byte.</param>
    /// <param name="isLast">Whether no more of it will come: what is there is read then.</param>
    /// <param name="hello">What it says.</param>
    /// <returns>Whether it could be read. False also where more is to come.</returns>
    public static bool TryRead(ReadOnlySpan<byte> handshake, bool isLast, out ClientHello hello)
    {
        hello = default;
        if (handshake.Length < MessageHeaderLength || handshake[0] != ClientHelloMessage)
        {
            return false;
        }

        int length = LengthOf(handshake);
        bool isWhole = handshake.Length >= length;
        if (!isWhole && !isLast)
        {
            return false;
        }

        ReadOnlySpan<byte> body = handshake[MessageHeaderLength..Math.Min(length, handshake.Length)];

        // Version 2, random 32, then three vectors: session id, cipher suites, compression methods.
        if (body.Length < 34)
        {
            return false;
        }

        body = body[34..];
        if (
            !TrySkip(ref body, lengthBytes: 1)
            || !TrySkip(ref body, lengthBytes: 2)
            || !TrySkip(ref body, lengthBytes: 1)
            || body.Length < 2
        )
        {
            return false;
        }

        body = body[2..];
        string? name = null;
        bool isEncrypted = false;
        bool isRead = isWhole;
        while (body.Length >= 4)
        {
            ushort type = BinaryPrimitives.ReadUInt16BigEndian(body);
            int size = BinaryPrimitives.ReadUInt16BigEndian(body[2..]);
            if (body.Length < 4 + size)
            {
                break;
            }

            ReadOnlySpan<byte> extension = body.Slice(4, size);
            if (type == ServerNameExtension)
            {
                name = ReadServerName(extension);
                isRead = true;
            }

            isEncrypted |= type == EncryptedClientHelloExtension;
            body = body[(4 + size)..];
        }

        // Of one that is cut nobody knows what stood behind.
        hello = new ClientHello(name, isEncrypted || !isWhole);
        return isRead;
    }

    /// <summary>How long the message says to be, with its head.</summary>
    private static int LengthOf(ReadOnlySpan<byte> handshake) =>
        MessageHeaderLength + ((handshake[1] << 16) | BinaryPrimitives.ReadUInt16BigEndian(handshake[2..]));

    private static bool TrySkip(ref ReadOnlySpan<byte> body, int lengthBytes)
    {
        if (body.Length < lengthBytes)
        {
            return false;
        }

        int length = lengthBytes + (lengthBytes == 1 ? body[0] : BinaryPrimitives.ReadUInt16BigEndian(body));
        if (body.Length < length)
        {
            return false;
        }

        body = body[length..];
        return true;
    }

    /// <summary>The name in a list of names (RFC 6066 3): there is one kind, and one of it.</summary>
    private static string? ReadServerName(ReadOnlySpan<byte> extension)
    {
        if (extension.Length < 5 || extension[2] != 0)
        {
            return null;
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(extension[3..]);
        return extension.Length < 5 + length ? null : HostName.Read(extension.Slice(5, length));
    }
}
