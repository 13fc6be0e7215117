using ProcNet.Linux.Native;

namespace ProcNet.Linux;

/// <summary>Reads a file that zstd compressed, by the system's library; any number of frames.</summary>
internal sealed unsafe class ZstdReader : ForwardStream
{
    private const int InputLength = 1 << 17; // ZSTD_DStreamInSize, rounded up

    private readonly Stream _file;
    private readonly SafeZstdStream _decoder;
    private readonly byte[] _input = new byte[InputLength];
    private int _start;
    private int _end;
    private bool _isInFrame;

    /// <summary>Begins to read.</summary>
    /// <param name="file">What is compressed; closed with this.</param>
    /// <exception cref="DllNotFoundException">The library is not installed.</exception>
    public ZstdReader(Stream file)
    {
        _file = file;
        _decoder = LibZstd.CreateDStream();
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The file is cut or damaged.</exception>
    public override int Read(Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = _file.Read(_input, 0, _input.Length);
                if (_end == 0)
                {
                    return _isInFrame ? throw new InvalidDataException("The zstd frame is cut.") : 0;
                }
            }

            int written = Decode(buffer);
            if (written > 0)
            {
                return written;
            }
        }

        return 0;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _decoder.Dispose();
        _file.Dispose();
        base.Dispose(disposing);
    }

    private int Decode(Span<byte> buffer)
    {
        fixed (byte* from = _input)
        fixed (byte* to = buffer)
        {
            var input = new ZstdBuffer
            {
                Bytes = from,
                Length = (nuint)_end,
                Position = (nuint)_start,
            };
            var output = new ZstdBuffer { Bytes = to, Length = (nuint)buffer.Length };
            nuint result = LibZstd.DecompressStream(_decoder, &output, &input);
            if (LibZstd.IsError(result) != 0)
            {
                throw new InvalidDataException("The zstd frame is damaged.");
            }

            // 0: a frame is done and flushed.
            _isInFrame = result != 0;
            _start = (int)input.Position;
            return (int)output.Position;
        }
    }
}
