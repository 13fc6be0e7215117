namespace ProcNet;

/// <summary>
/// The interval that a live row comes from, for those who keep rows: not a property of the row, and gone where it is
/// serialised.
/// </summary>
/// <param name="listFlows">Gives the interval's conversations.</param>
internal sealed class SampleOrigin(Func<IReadOnlyList<TrafficFlow>> listFlows)
{
    private Func<IReadOnlyList<TrafficFlow>>? _listFlows = listFlows;

    /// <summary>The measurement; another object is another measurement.</summary>
    public required MeasurementOrigin Measurement { get; init; }

    /// <summary>The place of the interval among those of the measurement, from 0 on.</summary>
    public required long Number { get; init; }

    /// <summary>The length of the interval: the time that passed, also where the clocks were put forward or back meanwhile.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>When the interval ended, local time.</summary>
    public required DateTime End { get; init; }

    /// <summary>What counted the bytes.</summary>
    public required TrafficSourceKind Source { get; init; }

    /// <summary>What the measurement accounts for.</summary>
    public required TrafficStatistics Statistics { get; init; }

    /// <summary>What the interfaces' own counters say of the interval; null where that is not known.</summary>
    public LinkTraffic? Links { get; init; }

    /// <summary>The interval's conversations; null once its rows are out, since rows may be kept for long.</summary>
    public IReadOnlyList<TrafficFlow>? Flows => _listFlows?.Invoke();

    /// <summary>Lets go of what rows are made of.</summary>
    public void Release() => _listFlows = null;
}
