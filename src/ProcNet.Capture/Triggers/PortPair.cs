namespace ProcNet.Capture.Triggers;

/// <summary>The two UDP ports of a conversation, the smaller first.</summary>
/// <param name="Low">The smaller port.</param>
/// <param name="High">The other one.</param>
internal readonly record struct PortPair(ushort Low, ushort High)
{
    /// <summary>Makes a pair of two ports in any order.</summary>
    public static PortPair Of(ushort first, ushort second) => first <= second ? new PortPair(first, second) : new PortPair(second, first);
}
