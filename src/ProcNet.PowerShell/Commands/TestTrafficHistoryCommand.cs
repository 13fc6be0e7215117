using System.Management.Automation;
using ProcNet.History;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Tests of each hour of a history whether its rows sum to what was measured, and says what is missing: time that was not measured, and
/// why, packets that were dropped, rows that were filtered out. Damage of the file is an error.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "TrafficHistory", HelpUri = HelpPages.Base + "Test-TrafficHistory.md")]
[OutputType(typeof(TrafficHistoryHour))]
public sealed class TestTrafficHistoryCommand : TrafficHistoryCommand
{
    /// <summary>
    /// Specifies the first moment that counts: a date, or how long ago it is (7d, 12h). The default is the history's
    /// begin.
    /// </summary>
    [Parameter(HelpMessage = "The first moment that counts: a date, or how long ago (7d).")]
    [ArgumentCompleter(typeof(PeriodCompleter))]
    [MomentTransformation]
    public DateTime? After { get; set; }

    /// <summary>Specifies the first moment that counts no more, in the same forms. The default is the history's end.</summary>
    [Parameter(HelpMessage = "The first moment that counts no more: a date, or how long ago.")]
    [ArgumentCompleter(typeof(PeriodCompleter))]
    [MomentTransformation]
    public DateTime? Before { get; set; }

    private protected override void Run()
    {
        if (ResolvePath(HistoryPath.ToRead) is not string path)
        {
            return;
        }

        using IHistoryReader reader = Services.History().OpenReader(path);
        foreach (string damage in reader.FindDamage())
        {
            WriteFailure(
                new ProcNetException(
                    ProcNetError.HistoryDamaged,
                    $"The history '{path}' is damaged: {damage}",
                    "Export-TrafficHistory sets a damaged file aside and begins a new one. 'sqlite3 FILE .recover' may save most of what is in it.",
                    path
                )
            );
        }

        if (reader.Extent is var (from, to))
        {
            DateTime first = After is { } after && after.ToUniversalTime() > from ? after.ToUniversalTime() : from;
            DateTime last = Before is { } before && before.ToUniversalTime() < to ? before.ToUniversalTime() : to;
            foreach (TrafficHistoryHour hour in reader.Check(first, last, StopToken))
            {
                WriteObject(hour);
            }
        }
    }
}
