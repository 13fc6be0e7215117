using System.Globalization;

namespace ProcNet;

/// <summary>Bytes by the name of their category. Its text has them all, so that a CSV file does.</summary>
public sealed class CategoryBytes : Dictionary<string, long>
{
    internal CategoryBytes(IEnumerable<KeyValuePair<TrafficCategory, long>> sums)
        : base(sums.Select(static sum => KeyValuePair.Create(sum.Key.ToString(), sum.Value)), StringComparer.Ordinal) { }

    /// <summary>Makes one without categories.</summary>
    public CategoryBytes() { }

    /// <summary>The categories and their bytes, largest first: <c>Process=1300 NoSocket=45</c>.</summary>
    public override string ToString() =>
        string.Join(
            ' ',
            this.OrderByDescending(static sum => sum.Value)
                .Select(static sum => string.Create(CultureInfo.InvariantCulture, $"{sum.Key}={sum.Value}"))
        );
}
