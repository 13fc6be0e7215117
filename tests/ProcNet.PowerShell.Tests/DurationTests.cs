namespace ProcNet.PowerShell.Tests;

/// <summary>A bare number means seconds; everything that people write for a duration is understood; the rest is refused clearly.</summary>
public sealed class DurationTests : IDisposable
{
    private readonly FakeMachine _machine = FakeMachine.Start();
    private readonly Engine _engine = new();

    [Theory]
    [InlineData("10", 10_000)]
    [InlineData("1.5", 1_500)]
    [InlineData("0.25", 250)]
    [InlineData("10L", 10_000)]
    [InlineData("10d", 864_000_000)] // to PowerShell a decimal 10
    [InlineData("([byte]7)", 7_000)]
    [InlineData("'10'", 10_000)]
    [InlineData("'1.5'", 1_500)]
    [InlineData("' 3 '", 3_000)]
    [InlineData("10s", 10_000)]
    [InlineData("5m", 300_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("'1d'", 86_400_000)]
    [InlineData("500ms", 500)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("'1.5 min'", 90_000)]
    [InlineData("10S", 10_000)]
    [InlineData("00:00:10", 10_000)]
    [InlineData("'1.02:00:00'", 93_600_000)]
    [InlineData("([TimeSpan]::FromSeconds(10))", 10_000)]
    [InlineData("([TimeSpan]::new(0, 0, 10))", 10_000)]
    public void Is_understood(string written, long milliseconds)
    {
        TrafficCapture capture = (TrafficCapture)_engine.Run($"Start-TrafficCapture -Duration {written}").Single().BaseObject;

        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), capture.RequestedDuration);
    }

    [Fact]
    public void Means_the_same_in_every_culture()
    {
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            // A comma for the decimal point.
            System.Globalization.CultureInfo.CurrentCulture = new System.Globalization.CultureInfo("de-DE");
            Assert.True(Binding.DurationText.TryParse("1.5", out TimeSpan duration));
            Assert.Equal(TimeSpan.FromSeconds(1.5), duration);
            Assert.False(Binding.DurationText.TryParse("1,5s", out _));
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("''")]
    [InlineData("'-'")]
    [InlineData("10x")]
    [InlineData("'10 s m'")]
    [InlineData("'1..5s'")]
    [InlineData("NaN")]
    [InlineData("$true")]
    [InlineData("$null")]
    [InlineData("@(1,2)")]
    [InlineData("([DateTime]::Now)")]
    [InlineData("'00:99:99:99:99'")]
    public void Garbled_is_refused_with_examples(string written)
    {
        Outcome outcome = _engine.Try($"Get-ProcessTraffic -Duration {written}");

        Assert.Equal("ParameterArgumentTransformationError", outcome.ErrorId);
        Assert.Contains("Use a number of seconds (10, 1.5)", outcome.Error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_machine.Opened);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("'-5s'")]
    [InlineData("'-00:00:10'")]
    [InlineData("([TimeSpan]::Zero)")]
    [InlineData("577h")]
    [InlineData("'25d'")]
    [InlineData("1e300")]
    [InlineData("-1e300")]
    [InlineData("Infinity")]
    [InlineData("([TimeSpan]::MaxValue)")]
    public void Out_of_range_is_refused_with_the_range(string written)
    {
        Outcome outcome = _engine.Try($"Get-ProcessTraffic -Duration {written}");

        Assert.Equal("ParameterArgumentValidationError", outcome.ErrorId);
        Assert.Contains("longer than zero and at most 24.00:00:00", outcome.Error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(_machine.Opened);
    }

    public void Dispose()
    {
        _engine.Dispose();
        _machine.Dispose();
    }
}
