namespace ProcNet.PowerShell.Binding;

/// <summary>Completes durations: how they are written.</summary>
internal sealed class DurationCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words() =>
        [
            ("1s", "one second"),
            ("10s", "ten seconds"),
            ("30s", "half a minute"),
            ("1m", "one minute"),
            ("5m", "five minutes"),
            ("1h", "one hour"),
        ];
}
