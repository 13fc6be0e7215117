using System.Buffers.Binary;
using System.Text;

namespace ProcNet.Sources.Savefiles;

/// <summary>A block of a pcapng file in the making: little-endian, options after its fixed part. Used again for the next one.</summary>
internal sealed class PcapNgBlock
{
    /// <summary>The most that an option may hold.</summary>
    public const int MostOptionBytes = ushort.MaxValue;

    private byte[] _bytes = new byte[512];
    private int _length;
    private bool _hasOptions;

    /// <summary>How long it is by now, without its end.</summary>
    public int Length => _length;

    /// <summary>Begins a block.</summary>
    public PcapNgBlock Begin(uint type)
    {
        _length = 0;
        _hasOptions = false;
        return Add(type).Add(0u);
    }

    /// <summary>Adds a number.</summary>
    public PcapNgBlock Add(ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Room(sizeof(ushort)), value);
        return this;
    }

    /// <summary>Adds a number.</summary>
    public PcapNgBlock Add(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(Room(sizeof(uint)), value);
        return this;
    }

    /// <summary>Adds a number.</summary>
    public PcapNgBlock Add(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Room(sizeof(long)), value);
        return this;
    }

    /// <summary>Adds a time as blocks have it: the upper half of it first, in nanoseconds.</summary>
    public PcapNgBlock AddTime(long nanoseconds) => Add((uint)((ulong)nanoseconds >> 32)).Add((uint)nanoseconds);

    /// <summary>Adds bytes, and zeroes up to a multiple of four.</summary>
    public PcapNgBlock AddPadded(ReadOnlySpan<byte> bytes)
    {
        Span<byte> room = Room((bytes.Length + 3) & ~3);
        bytes.CopyTo(room);
        room[bytes.Length..].Clear();
        return this;
    }

    /// <summary>Adds an option; one that is too long is left out.</summary>
    public PcapNgBlock Option(int code, ReadOnlySpan<byte> value)
    {
        if (value.Length > MostOptionBytes)
        {
            return this;
        }

        _hasOptions = true;
        return Add((ushort)code).Add((ushort)value.Length).AddPadded(value);
    }

    /// <summary>Adds an option of text; none where there is no text.</summary>
    public PcapNgBlock Option(int code, string? text) => string.IsNullOrEmpty(text) ? this : Option(code, Encoding.UTF8.GetBytes(text));

    /// <summary>Adds an option of a number.</summary>
    public PcapNgBlock Option(int code, uint value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Option(code, bytes);
    }

    /// <summary>Adds an option of a number.</summary>
    public PcapNgBlock Option(int code, long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Option(code, bytes);
    }

    /// <summary>Adds an option of a time, the upper half first.</summary>
    public PcapNgBlock TimeOption(int code, long nanoseconds)
    {
        _hasOptions = true;
        return Add((ushort)code).Add((ushort)sizeof(long)).AddTime(nanoseconds);
    }

    /// <summary>Ends the options where there are any; what follows is not one.</summary>
    public PcapNgBlock EndOptions()
    {
        if (_hasOptions)
        {
            _hasOptions = false;
            Add(0u);
        }

        return this;
    }

    /// <summary>Writes a number into a place that was left for it.</summary>
    public void Set(int place, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(place), value);

    /// <summary>Ends the block and gives its bytes, which stand until the next one begins.</summary>
    public ReadOnlySpan<byte> End()
    {
        EndOptions();
        uint total = (uint)_length + sizeof(uint);
        Add(total);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(sizeof(uint)), total);
        return _bytes.AsSpan(0, _length);
    }

    /// <summary>What was added since a place.</summary>
    public ReadOnlySpan<byte> Since(int place) => _bytes.AsSpan(place, _length - place);

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _length < length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        }

        Span<byte> room = _bytes.AsSpan(_length, length);
        _length += length;
        return room;
    }
}
