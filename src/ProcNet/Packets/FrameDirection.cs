namespace ProcNet.Packets;

/// <summary>Which way a frame went, where the link header tells.</summary>
internal enum FrameDirection : byte
{
    /// <summary>The link header does not tell.</summary>
    Unknown,

    /// <summary>This host sent it.</summary>
    Sent,

    /// <summary>This host received it.</summary>
    Received,
}
