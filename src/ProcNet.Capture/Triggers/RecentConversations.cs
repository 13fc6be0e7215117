using ProcNet.Flows;

namespace ProcNet.Capture.Triggers;

/// <summary>
/// Remembers conversations that were told of lately, so that each of their datagrams does not tell again. Fixed size, no
/// allocation.
/// </summary>
internal sealed class RecentConversations
{
    private const int Slots = 4096;

    // A socket closed and another opened on the same ports within a second: rare, and the counting handle still tells.
    private const long MemoryMicroseconds = 1_000_000;

    private readonly FlowKey[] _keys = new FlowKey[Slots];
    private readonly long[] _times = new long[Slots];

    /// <summary>Whether a conversation is new, or was last told of more than a second ago; remembers it.</summary>
    public bool IsNew(in FlowKey key, long time)
    {
        int slot = key.GetHashCode() & (Slots - 1);
        long age = time - _times[slot];
        if (age is >= 0 and < MemoryMicroseconds && _keys[slot].Equals(key))
        {
            return false;
        }

        _keys[slot] = key;
        _times[slot] = time;
        return true;
    }
}
