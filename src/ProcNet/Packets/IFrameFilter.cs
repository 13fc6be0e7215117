namespace ProcNet.Packets;

/// <summary>A compiled filter expression.</summary>
internal interface IFrameFilter : IDisposable
{
    /// <summary>Whether the frame passes.</summary>
    /// <param name="frame">The captured bytes.</param>
    /// <param name="wireLength">How long the frame was on the wire.</param>
    bool Matches(ReadOnlySpan<byte> frame, int wireLength);
}
