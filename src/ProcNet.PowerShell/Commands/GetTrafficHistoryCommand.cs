using System.Management.Automation;
using ProcNet.History;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Gets what a history has: a row for each process, or group, largest first, for the whole time that is asked for or for each interval of
/// it.
/// </summary>
[Cmdlet(VerbsCommon.Get, "TrafficHistory", HelpUri = HelpPages.Base + "Get-TrafficHistory.md")]
[OutputType(typeof(ProcessTraffic), typeof(GroupTraffic))]
public sealed class GetTrafficHistoryCommand : TrafficHistoryCommand
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

    /// <summary>
    /// Specifies what to sum the traffic by: Process, Executable, Unit, Slice, User or Container. A history has no remote ends and
    /// interfaces.
    /// </summary>
    [Parameter(HelpMessage = "What to sum the traffic by.")]
    [PSDefaultValue(Help = "Process")]
    public TrafficGrouping GroupBy { get; set; }

    /// <summary>
    /// Specifies the length of the intervals that rows are summed by: 5m, 1h, 1d. Without it there is one row for the whole time. What is
    /// older than an hour is kept by the minute, what is older than a day by the hour.
    /// </summary>
    [Parameter(HelpMessage = "The length of the intervals that rows are summed by, for example 1h.")]
    [ArgumentCompleter(typeof(PeriodCompleter))]
    [DurationTransformation]
    [ValidatePeriod]
    public TimeSpan? Interval { get; set; }

    /// <summary>Specifies the names of the processes whose traffic to get; wildcards are permitted.</summary>
    [Parameter(HelpMessage = "The names of the processes; wildcards are permitted.")]
    [Alias("ProcessName")]
    [SupportsWildcards]
    [ValidateWildcard]
    public string[]? Name { get; set; }

    /// <summary>Specifies the users whose traffic to get; wildcards are permitted.</summary>
    [Parameter(HelpMessage = "The users; wildcards are permitted.")]
    [Alias("UserName")]
    [SupportsWildcards]
    [ValidateWildcard]
    public string[]? User { get; set; }

    /// <summary>Specifies the systemd units whose traffic to get; wildcards are permitted.</summary>
    [Parameter(HelpMessage = "The systemd units; wildcards are permitted.")]
    [SupportsWildcards]
    [ValidateWildcard]
    public string[]? Unit { get; set; }

    /// <summary>Specifies the containers whose traffic to get; wildcards are permitted.</summary>
    [Parameter(HelpMessage = "The containers; wildcards are permitted.")]
    [SupportsWildcards]
    [ValidateWildcard]
    public string[]? Container { get; set; }

    private protected override void Run()
    {
        if (ResolvePath(HistoryPath.ToRead) is not string path)
        {
            return;
        }

        using IHistoryReader reader = Services.History().OpenReader(path);
        if (GroupBy == TrafficGrouping.Interface || (GroupBy > TrafficGrouping.Container && !reader.HasEndpoints))
        {
            ThrowTerminatingError(ErrorRecords.InvalidArgument(nameof(Strings.HistoryLacksGroup), GroupBy, GroupBy));
        }

        var query = new HistoryQuery
        {
            From = After?.ToUniversalTime(),
            To = Before?.ToUniversalTime(),
            Interval = Interval,
            GroupBy = GroupBy,
            IsWanted = MakeFilter(),
            Explain = sentence => Notify(new Notice(NoticeKind.HistoryShortened, sentence)),
        };
        foreach (object row in reader.Read(query, StopToken))
        {
            WriteObject(Interval is null ? row : TrafficCommand.AsSample(row));
        }
    }

    private static WildcardPattern[]? Compile(string[]? texts) =>
        texts is null ? null : [.. texts.Select(static text => WildcardPattern.Get(text, WildcardOptions.IgnoreCase))];

    private static bool Matches(WildcardPattern[]? patterns, string? value) =>
        patterns is null || (value is not null && Array.Exists(patterns, pattern => pattern.IsMatch(value)));

    private Func<HistoryIdentity, bool>? MakeFilter()
    {
        ProcessNamePatterns? names = Name is null ? null : new ProcessNamePatterns(Name);
        WildcardPattern[]? users = Compile(User);
        WildcardPattern[]? units = Compile(Unit);
        WildcardPattern[]? containers = Compile(Container);
        return (names, users, units, containers) is (null, null, null, null)
            ? null
            : identity =>
                (names is null || (identity.Name is string name && names.Matches(name)))
                && Matches(users, identity.UserName)
                && Matches(units, identity.Unit)
                && Matches(containers, identity.Container);
    }
}
