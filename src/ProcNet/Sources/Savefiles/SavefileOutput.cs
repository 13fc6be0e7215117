using ProcNet.Linux;

namespace ProcNet.Sources.Savefiles;

/// <summary>Gathers what is written to a file into few system calls. Used from one thread.</summary>
internal sealed class SavefileOutput(OutputFile file)
{
    private const int Size = 1 << 18;

    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(Size);
    private int _used;

    /// <summary>Bytes given so far, those in the buffer among them.</summary>
    public long Length => file.Length + _used;

    /// <summary>Whether anything waits in the buffer.</summary>
    public bool HasUnwritten => _used > 0;

    /// <summary>Gives room for bytes that come next; all of it counts as written.</summary>
    /// <param name="length">How many; no more than the buffer has.</param>
    /// <exception cref="IOException">The file cannot take what was before.</exception>
    public Span<byte> Take(int length)
    {
        if (length > Size - _used)
        {
            Flush();
        }

        Span<byte> room = _buffer.AsSpan(_used, length);
        _used += length;
        return room;
    }

    /// <summary>Writes bytes of any number.</summary>
    /// <exception cref="IOException">The file cannot take them.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Size - _used)
        {
            Flush();
        }

        if (bytes.Length >= Size)
        {
            file.Write(bytes);
            return;
        }

        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }

    /// <summary>Hands everything to the system.</summary>
    /// <exception cref="IOException">The file cannot take it.</exception>
    public void Flush()
    {
        // First: what fails once is not tried again by whoever closes.
        int length = _used;
        _used = 0;
        file.Write(_buffer.AsSpan(0, length));
    }
}
