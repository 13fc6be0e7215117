using ProcNet.Linux.Bpf.Native;

namespace ProcNet.Linux.Bpf;

/// <summary>A BPF map (hash or array), read in batches into reused buffers. Not thread-safe.</summary>
/// <typeparam name="TKey">The key, laid out as in the program.</typeparam>
/// <typeparam name="TValue">The value, laid out as in the program.</typeparam>
internal sealed unsafe class BpfHashMap<TKey, TValue>
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int BatchLength = 4096;

    private readonly int _descriptor;
    private readonly TKey[] _keys = GC.AllocateUninitializedArray<TKey>(BatchLength, pinned: true);
    private readonly TValue[] _values = GC.AllocateUninitializedArray<TValue>(BatchLength, pinned: true);
    private bool _hasTakeElement = true;

    /// <summary>Takes a map's descriptor, which its object owns.</summary>
    public BpfHashMap(int descriptor) => _descriptor = descriptor;

    /// <summary>Takes an element's key and value.</summary>
    public delegate void Visitor(in TKey key, in TValue value);

    /// <summary>Shows every element. One that is added meanwhile may be left out, and one may be shown twice.</summary>
    /// <returns>How many were shown.</returns>
    /// <exception cref="LinuxException">The map cannot be read.</exception>
    public int Read(Visitor visitor) => Read(visitor, take: false);

    /// <summary>Takes every element out and shows it.</summary>
    /// <returns>How many were taken.</returns>
    /// <exception cref="LinuxException">The map cannot be read.</exception>
    public int Take(Visitor visitor) => Read(visitor, take: true);

    /// <summary>Looks one element up.</summary>
    public bool TryGet(in TKey key, out TValue value)
    {
        fixed (TKey* keyAt = &key)
        fixed (TValue* valueAt = &value)
        {
            return LibBpf.BpfMapLookupElem(_descriptor, keyAt, valueAt) == 0;
        }
    }

    /// <summary>Takes one element out, with the value that it had at that moment.</summary>
    public bool TryTake(in TKey key, out TValue value)
    {
        fixed (TKey* keyAt = &key)
        fixed (TValue* valueAt = &value)
        {
            if (_hasTakeElement)
            {
                int result = LibBpf.BpfMapLookupAndDeleteElem(_descriptor, keyAt, valueAt);
                if (result is 0 or -Errno.ENOENT)
                {
                    return result == 0;
                }

                // Hash maps have it since Linux 5.14.
                _hasTakeElement = false;
            }

            return LibBpf.BpfMapLookupElem(_descriptor, keyAt, valueAt) == 0 && LibBpf.BpfMapDeleteElem(_descriptor, keyAt) == 0;
        }
    }

    private int Read(Visitor visitor, bool take)
    {
        int shown = 0;
        uint position = 0;
        uint next = 0;
        bool isFirst = true;
        while (true)
        {
            uint count = BatchLength;
            int result;
            fixed (TKey* keys = _keys)
            fixed (TValue* values = _values)
            {
                uint* from = isFirst ? null : &position;
                result = take
                    ? LibBpf.BpfMapLookupAndDeleteBatch(_descriptor, from, &next, keys, values, &count, null)
                    : LibBpf.BpfMapLookupBatch(_descriptor, from, &next, keys, values, &count, null);
            }

            if (result is not 0 and not -Errno.ENOENT)
            {
                throw new LinuxException("bpf_map_lookup_batch", -result);
            }

            for (int i = 0; i < count; i++)
            {
                visitor(in _keys[i], in _values[i]);
            }

            shown += (int)count;
            if (result != 0)
            {
                return shown;
            }

            position = next;
            isFirst = false;
        }
    }
}
