using System.Buffers;
using System.Runtime.InteropServices;
using ProcNet.Linux;
using ProcNet.Linux.Native;

namespace ProcNet.Sockets;

/// <summary>Reads a table in the form of <c>/proc/net/tcp</c>, live or saved, row by row through one pooled buffer.</summary>
internal sealed unsafe class ProcNetTable : IDisposable
{
    // The kernel gives at most a page or so a read(2), whatever is asked for.
    private const int BufferLength = 65536;

    private readonly SafeFileDescriptor _file;
    private readonly string _path;
    private readonly TransportProtocol _held;
    private TransportProtocol _protocol;
    private bool _sawDrops;
    private bool _sawTable;
    private byte[]? _buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
    private int _position;
    private int _end;
    private bool _ended;
    private bool _endsWithoutNewline;
    private long _line;
    private readonly SavedTableReview? _review;

    private ProcNetTable(SafeFileDescriptor file, string path, TransportProtocol protocol, SavedTableReview? review)
    {
        _review = review;
        _file = file;
        _path = path;
        _held = _protocol = protocol;
    }

    /// <summary>Opens a table.</summary>
    /// <param name="path">The file.</param>
    /// <param name="protocol">The protocol that it holds; a heading inside may say another.</param>
    /// <param name="error">Why it cannot be opened: an error number.</param>
    /// <param name="review">Of a table that was saved: takes the lines that are strange, so that the rest is read; null of the kernel's
    /// own.</param>
    /// <returns>Null where it cannot be opened.</returns>
    public static ProcNetTable? TryOpen(string path, TransportProtocol protocol, out int error, SavedTableReview? review = null)
    {
        SafeFileDescriptor file = LibC.OpenAt(LibC.CurrentDirectory, path, OpenFlags.ReadOnly | OpenFlags.CloseOnExec);
        error = file.IsInvalid ? Marshal.GetLastPInvokeError() : 0;
        return file.IsInvalid ? null : new ProcNetTable(file, path, protocol, review);
    }

    /// <summary>The next row.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="ProcNetException">A line is no row, or the file cannot be read.</exception>
    public bool Next(out SocketRow row)
    {
        while (NextLine(out ReadOnlySpan<byte> line))
        {
            _line++;
            if (_line == 1 && line.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            {
                line = line[3..];
            }

            line = line.TrimEnd("\r\t "u8);
            if (line.IsEmpty)
            {
                continue;
            }

            if (ProcNetTableParser.IsHeader(line))
            {
                _protocol = ProtocolBelow(line);
                _sawTable = true;
                continue;
            }

            if (!ProcNetTableParser.TryParse(line, _protocol, out row, out bool endsWithInode))
            {
                if (_review is null)
                {
                    throw Garbage(_line);
                }

                _review.AddStrange(_line, isCut: _sawTable && _endsWithoutNewline);
                continue;
            }

            _sawTable = true;
            if (_review is not null && endsWithInode && _endsWithoutNewline)
            {
                // Nobody knows whether digits are missing: a wrong inode would name a wrong process.
                _review.AddStrange(_line, isCut: true);
                continue;
            }

            _review?.Look(ref row);
            return true;
        }

        if (!_sawTable && _review is { FirstStrange: > 0 and var first })
        {
            throw Garbage(first);
        }

        row = default;
        return false;
    }

    /// <summary>Whether the file ended without a single line.</summary>
    public bool WasEmpty => _ended && _line == 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        if (_buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = null;
        }
    }

    /// <summary>Of several tables in one file (<c>cat /proc/net/tcp /proc/net/udp</c>), what a heading says of the rows below it.</summary>
    private TransportProtocol ProtocolBelow(ReadOnlySpan<byte> header)
    {
        if (ProcNetTableParser.HasDrops(header))
        {
            _sawDrops = true;
            return _held == TransportProtocol.Tcp ? TransportProtocol.Udp : _held;
        }

        // The columns after the inode may have been cut off, so that the want of one tells something only beside a heading that has it.
        return _sawDrops ? TransportProtocol.Tcp : _held;
    }

    private bool NextLine(out ReadOnlySpan<byte> line)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        int searched = 0;
        while (true)
        {
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_position, _end - _position);
            int length = rest[searched..].IndexOf((byte)'\n');
            if (length >= 0)
            {
                line = rest[..(searched + length)];
                _position += searched + length + 1;
                return true;
            }

            if (_ended)
            {
                line = rest;
                _position = _end;
                _endsWithoutNewline = !rest.IsEmpty;
                return !rest.IsEmpty;
            }

            searched = rest.Length;
            Fill(_buffer);
        }
    }

    private void Fill(byte[] buffer)
    {
        if (_position > 0)
        {
            buffer.AsSpan(_position, _end - _position).CopyTo(buffer);
            _end -= _position;
            _position = 0;
        }

        if (_end == buffer.Length)
        {
            _line++;
            throw Garbage(_line); // a line of 64 KiB
        }

        nint count;
        fixed (byte* start = buffer)
        {
            do
            {
                count = LibC.Read((int)_file.DangerousGetHandle(), start + _end, (nuint)(buffer.Length - _end));
            } while (count < 0 && Marshal.GetLastPInvokeError() == Errno.EINTR);
        }

        if (count < 0)
        {
            throw Unreadable(_path, Marshal.GetLastPInvokeError());
        }

        _end += (int)count;
        _ended = count == 0;
    }

    /// <summary>Says why a table cannot be opened or read.</summary>
    public static ProcNetException Unreadable(string path, int error) =>
        error switch
        {
            Errno.ENOENT => new ProcNetException(ProcNetError.FileNotFound, $"The file '{path}' does not exist.", "Check the path.", path),
            _ => new ProcNetException(
                ProcNetError.FileAccessDenied,
                $"The file '{path}' cannot be read: {Marshal.GetPInvokeErrorMessage(error)}.",
                "Name a file that this user may read.",
                path,
                new LinuxException($"read {path}", error)
            ),
        };

    private ProcNetException Garbage(long line) =>
        new(
            ProcNetError.NotASocketTable,
            $"Line {line} of '{_path}' is not a row of a socket table.",
            "Name a file in the form of /proc/net/tcp, for example one saved with: cp /proc/net/tcp saved-tcp",
            _path
        );
}
