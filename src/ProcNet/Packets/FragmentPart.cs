namespace ProcNet.Packets;

/// <summary>Which part of an IP packet a frame carries.</summary>
internal enum FragmentPart : byte
{
    /// <summary>All of it.</summary>
    Whole,

    /// <summary>The first fragment: it has the ports.</summary>
    First,

    /// <summary>A later fragment: it has none.</summary>
    Later,
}
