using ProcNet.Linux;

namespace ProcNet.Sources.Savefiles;

/// <summary>A window that slides over a file.</summary>
internal sealed class SavefileBuffer : IDisposable
{
    // Measured: larger windows are no faster, smaller ones pay for more reads.
    private const int WindowSize = 1 << 20;

    private Stream _file;
    private byte[] _window = new byte[WindowSize];
    private int _start;
    private int _end;
    private bool _atEnd;

    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellation">Ends the waiting for somebody who writes a pipe.</param>
    public SavefileBuffer(string path, CancellationToken cancellation = default) => _file = InputFile.Open(path, cancellation);

    /// <summary>Whether the file ended because what it is compressed with is cut or damaged.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>How far the reading has come.</summary>
    public long Position { get; private set; }

    /// <summary>Whether nothing is left to read.</summary>
    public bool IsAtEnd => !TryPeek(1, out _);

    /// <summary>Shows the next bytes without taking them.</summary>
    /// <returns>False where the file ends before.</returns>
    public bool TryPeek(int count, out ReadOnlySpan<byte> bytes)
    {
        if (_end - _start < count && !TryFill(count))
        {
            bytes = default;
            return false;
        }

        bytes = _window.AsSpan(_start, count);
        return true;
    }

    /// <summary>Takes bytes that were shown.</summary>
    public void Skip(int count)
    {
        _start += count;
        Position += count;
    }

    /// <summary>Goes on with what the file holds when it is unpacked.</summary>
    /// <param name="unpack">Makes of the file, from its first byte on, a stream of what it holds.</param>
    public void Unpack(Func<Stream, Stream> unpack)
    {
        _file = unpack(new Begun(_window.AsSpan(_start, _end - _start).ToArray(), _file));
        _start = _end = 0;
        _atEnd = false;
        Position = 0;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private bool TryFill(int count)
    {
        int kept = _end - _start;
        if (count > _window.Length)
        {
            byte[] larger = new byte[Math.Max(count, _window.Length * 2)];
            _window.AsSpan(_start, kept).CopyTo(larger);
            _window = larger;
        }
        else
        {
            _window.AsSpan(_start, kept).CopyTo(_window);
        }

        _start = 0;
        _end = kept;
        while (!_atEnd && _end < _window.Length)
        {
            int read;
            try
            {
                read = _file.Read(_window, _end, _window.Length - _end);
            }
            catch (InvalidDataException)
            {
                IsBroken = true;
                read = 0;
            }

            _atEnd = read == 0;
            _end += read;
        }

        return _end >= count;
    }

    /// <summary>A file of which some was read already.</summary>
    private sealed class Begun(ReadOnlyMemory<byte> first, Stream rest) : ForwardStream
    {
        private ReadOnlyMemory<byte> _first = first;

        public override int Read(Span<byte> buffer)
        {
            if (_first.IsEmpty)
            {
                return rest.Read(buffer);
            }

            int count = Math.Min(buffer.Length, _first.Length);
            _first.Span[..count].CopyTo(buffer);
            _first = _first[count..];
            return count;
        }

        protected override void Dispose(bool disposing)
        {
            rest.Dispose();
            base.Dispose(disposing);
        }
    }
}
