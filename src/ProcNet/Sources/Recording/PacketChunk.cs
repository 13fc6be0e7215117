using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ProcNet.Sources.Recording;

/// <summary>A piece of the queue's memory: packets one behind the other, each with what is known of it before its bytes.</summary>
internal sealed class PacketChunk
{
    /// <summary>How many bytes it holds: four packets of the greatest length.</summary>
    public const int Size = 1 << 20;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Size);
    private volatile int _written;

    /// <summary>How far it is written. Read by the one who takes out, while another one still adds.</summary>
    public int Written => _written;

    /// <summary>How many of its packets are taken out and not done with. The taker's own.</summary>
    public int Pending { get; set; }

    /// <summary>How many bytes of the queue a packet takes.</summary>
    public static int SpaceOf(int capturedLength) => Unsafe.SizeOf<RecordedPacket>() + ((capturedLength + 7) & ~7);

    /// <summary>Adds a packet.</summary>
    /// <returns>Whether there was room.</returns>
    public bool TryAdd(in RecordedPacket packet, ReadOnlySpan<byte> frame)
    {
        int space = SpaceOf(frame.Length);
        int start = _written;
        if (space > Size - start)
        {
            return false;
        }

        Unsafe.WriteUnaligned(ref _bytes[start], packet);
        frame.CopyTo(_bytes.AsSpan(start + Unsafe.SizeOf<RecordedPacket>()));
        _written = start + space;
        return true;
    }

    /// <summary>The packet that begins at a place.</summary>
    public ref readonly RecordedPacket PacketAt(int offset) => ref Unsafe.As<byte, RecordedPacket>(ref _bytes[offset]);

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> FrameAt(int offset) =>
        MemoryMarshal.CreateReadOnlySpan(ref _bytes[offset + Unsafe.SizeOf<RecordedPacket>()], PacketAt(offset).CapturedLength);

    /// <summary>Makes it empty.</summary>
    public void Clear()
    {
        _written = 0;
        Pending = 0;
    }
}
