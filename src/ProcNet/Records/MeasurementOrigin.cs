namespace ProcNet;

/// <summary>A live measurement, as those know it who keep its rows. Used on the pipeline's thread alone.</summary>
internal sealed class MeasurementOrigin
{
    /// <summary>Is called after the last row of an interval has been written, also where none of them came through the pipeline.</summary>
    public Action<SampleOrigin>? SampleEnded { get; set; }

    /// <summary>Says that the rows of an interval are out.</summary>
    public void End(SampleOrigin sample)
    {
        SampleEnded?.Invoke(sample);
        sample.Release();
    }
}
