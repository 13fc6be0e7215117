using System.Buffers.Binary;
using ProcNet.Flows;

namespace ProcNet.Capture.Live;

/// <summary>
/// The interfaces that share one handle (libpcap's device <c>any</c>, whose frames name the interface that they passed, LINUX_SLL2), by
/// their index. Read by the threads that see packets, changed by the one that follows interfaces.
/// </summary>
internal sealed class SharedInterfaces
{
    private const int IndexOffset = 4; // sll2_if_index
    private volatile Dictionary<int, TrafficInterface?> _byIndex = [];

    /// <summary>Adds an interface.</summary>
    public void Add(TrafficInterface added) => Set([added.Index], added);

    /// <summary>Notes that interfaces are not captured: others show their packets again.</summary>
    public void Exclude(IEnumerable<int> indexes) => Set(indexes, null);

    /// <summary>Finds the interface of a frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="index">Its index.</param>
    /// <param name="found">The interface; null where it is not captured.</param>
    /// <returns>False where nothing is known of it, or the frame is cut.</returns>
    public bool TryFind(ReadOnlySpan<byte> frame, out int index, out TrafficInterface? found)
    {
        index = frame.Length < IndexOffset + sizeof(int) ? 0 : BinaryPrimitives.ReadInt32BigEndian(frame[IndexOffset..]);
        return _byIndex.TryGetValue(index, out found);
    }

    private void Set(IEnumerable<int> indexes, TrafficInterface? value)
    {
        var changed = new Dictionary<int, TrafficInterface?>(_byIndex);
        foreach (int index in indexes)
        {
            changed[index] = value;
        }

        _byIndex = changed;
    }
}
