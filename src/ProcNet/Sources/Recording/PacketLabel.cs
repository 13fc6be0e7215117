namespace ProcNet.Sources.Recording;

/// <summary>What a packet bears in the file beside its bytes.</summary>
/// <param name="options">The options of the packet with their end, as pcapng has them; empty for none.</param>
/// <param name="isWanted">Whether the packet is to be kept.</param>
internal sealed class PacketLabel(byte[] options, bool isWanted)
{
    /// <summary>Nothing, on a packet that is kept.</summary>
    public static PacketLabel None { get; } = new([], isWanted: true);

    /// <summary>The options with their end.</summary>
    public ReadOnlySpan<byte> Options => options;

    /// <summary>Whether the packet is to be kept.</summary>
    public bool IsWanted => isWanted;
}
