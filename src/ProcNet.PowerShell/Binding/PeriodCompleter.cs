namespace ProcNet.PowerShell.Binding;

/// <summary>Completes durations of the kind that a history is asked for.</summary>
internal sealed class PeriodCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words() =>
        [
            ("5m", "five minutes"),
            ("1h", "one hour"),
            ("12h", "twelve hours"),
            ("1d", "one day"),
            ("7d", "seven days"),
            ("30d", "thirty days"),
        ];
}
