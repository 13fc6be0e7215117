namespace ProcNet;

/// <summary>How rows compare.</summary>
internal static class RowOrder
{
    /// <summary>Compares two rows by a key.</summary>
    /// <exception cref="ArgumentException">The other is no such row.</exception>
    public static int Compare<TRow, TKey>(TRow row, object? other, Func<TRow, TKey> key)
        where TRow : class
        where TKey : IComparable<TKey> =>
        other switch
        {
            null => 1,
            TRow otherRow => key(row).CompareTo(key(otherRow)),
            _ => throw new ArgumentException($"A {typeof(TRow).Name} cannot be compared with a {other.GetType().Name}.", nameof(other)),
        };
}
