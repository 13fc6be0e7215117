using ProcNet.Linux.Namespaces;

namespace ProcNet.OwnerLookup;

/// <summary>By which number one network namespace knows another, as the kernel says it. Answers are kept; used by one thread.</summary>
/// <param name="read">Asks inside the first namespace for the second, by their paths; null where it knows it by none, or one has
/// gone.</param>
internal sealed class NamespaceIds(Func<string, string, int?> read)
{
    private readonly Dictionary<(long, long), int> _known = [];
    private Dictionary<long, string> _paths = [];

    /// <summary>Sets where the namespaces are that are there now. What is known of the others is forgotten.</summary>
    public void SetPaths(IReadOnlyList<NamespaceReference> present, long captured, string? capturedPath)
    {
        _paths = present.ToDictionary(reference => reference.Inode, reference => reference.Path);
        _paths[captured] = capturedPath ?? NetworkNamespaceThread.OwnNamespacePath;
        foreach ((long here, long there) in _known.Keys)
        {
            if (!_paths.ContainsKey(here) || !_paths.ContainsKey(there))
            {
                // Removing what the enumerator stands on is allowed (Dictionary, since .NET Core 3.0).
                _known.Remove((here, there));
            }
        }
    }

    /// <summary>By which number a namespace knows another; null where by none.</summary>
    public int? Find(long here, long there)
    {
        if (_known.TryGetValue((here, there), out int known))
        {
            return known;
        }

        if (!_paths.TryGetValue(here, out string? from) || !_paths.TryGetValue(there, out string? to) || read(from, to) is not { } id)
        {
            return null;
        }

        _known.Add((here, there), id);
        return id;
    }
}
