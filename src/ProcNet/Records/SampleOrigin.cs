namespace ProcNet;

/// <summary>The measurement that a live row comes from, for those who keep rows: not a property of the row, and gone where it is serialised.</summary>
internal sealed class SampleOrigin
{
    /// <summary>The measurement; another object is another measurement.</summary>
    public required object Measurement { get; init; }

    /// <summary>The place of the row's interval among those of the measurement, from 0 on.</summary>
    public required long Number { get; init; }

    /// <summary>The length of the interval: the time that passed, also where the clocks were put forward or back meanwhile.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>What the measurement accounts for.</summary>
    public required TrafficStatistics Statistics { get; init; }

    /// <summary>How many rows of the interval are written; 0 where that is not known.</summary>
    public int RowCount { get; set; }
}
