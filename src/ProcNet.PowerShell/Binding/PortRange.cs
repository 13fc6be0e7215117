using System.Globalization;

namespace ProcNet.PowerShell.Binding;

/// <summary>Ports as the user wrote them: one (<c>443</c>), or a range with both ends in it (<c>8000-8999</c>).</summary>
internal readonly record struct PortRange(int First, int Last)
{
    /// <summary>The port where the range is one; else null.</summary>
    public int? Only => First == Last ? First : null;

    /// <summary>Whether a port is in it.</summary>
    public bool Contains(int port) => port >= First && port <= Last;

    /// <summary>Reads one.</summary>
    /// <returns>Whether the text is a port, 0 to 65535, or a range of them.</returns>
    public static bool TryParse(string text, out PortRange range)
    {
        int dash = text.IndexOf('-', StringComparison.Ordinal);
        string first = dash < 0 ? text : text[..dash];
        string last = dash < 0 ? text : text[(dash + 1)..];
        bool isUnderstood =
            ushort.TryParse(
                first,
                NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture,
                out ushort from
            )
            & ushort.TryParse(
                last,
                NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture,
                out ushort to
            );
        range = new PortRange(from, to);
        return isUnderstood && from <= to;
    }

    /// <summary>Reads several; null for none.</summary>
    public static PortRange[]? Parse(string[]? texts) =>
        texts is null
            ? null
            : Array.ConvertAll(texts, static text => TryParse(text, out PortRange range) ? range : throw new FormatException(text));

    /// <summary>All ports in several ranges; null for none.</summary>
    public static HashSet<int>? ToSet(string[]? texts) =>
        Parse(texts)?.SelectMany(static range => Enumerable.Range(range.First, range.Last - range.First + 1)).ToHashSet();

    /// <inheritdoc/>
    public override string ToString() => Only is { } port ? $"{port}" : $"{First}-{Last}";
}
