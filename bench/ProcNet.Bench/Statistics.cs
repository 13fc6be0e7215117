namespace ProcNet.Bench;

/// <summary>Figures about figures.</summary>
internal static class Statistics
{
    /// <summary>The middle one.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The exponent of growth: the slope of log(cost) over log(size). 1 is linear.</summary>
    public static double Slope(IReadOnlyList<(double Size, double Cost)> points)
    {
        double meanX = points.Average(point => Math.Log(point.Size));
        double meanY = points.Average(point => Math.Log(point.Cost));
        double covariance = points.Sum(point => (Math.Log(point.Size) - meanX) * (Math.Log(point.Cost) - meanY));
        return covariance / points.Sum(point => Math.Pow(Math.Log(point.Size) - meanX, 2));
    }
}
