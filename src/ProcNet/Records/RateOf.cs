namespace ProcNet;

/// <summary>Rates of what was counted in an interval.</summary>
internal static class RateOf
{
    /// <summary>Bytes per second, to a tenth; 0 of an interval without length.</summary>
    public static double Bytes(long bytes, TimeSpan interval) =>
        interval > TimeSpan.Zero ? Math.Round(bytes / interval.TotalSeconds, 1) : 0;
}
