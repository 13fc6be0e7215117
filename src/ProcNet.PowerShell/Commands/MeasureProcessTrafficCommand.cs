using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;
using ProcNet.Processes;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Measures what a command and all its descendants send and receive: a script block that runs in this PowerShell, or a program. Processes
/// that have left their parents (daemons) count too.
/// </summary>
[Cmdlet(VerbsDiagnostic.Measure, "ProcessTraffic", DefaultParameterSetName = ScriptSet)]
[OutputType(typeof(ProcessTraffic))]
public sealed class MeasureProcessTrafficCommand : MeasuringCommand
{
    private const string ScriptSet = "ScriptBlock";
    private const string FileSet = "FilePath";

    /// <summary>
    /// Specifies what to run, in the present scope and in this PowerShell, as Measure-Command does it; what it gives is not shown. All that
    /// this PowerShell sends meanwhile counts.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ScriptSet, HelpMessage = "What to run and measure.")]
    [ValidateNotNull]
    [Alias("Expression")]
    public ScriptBlock? ScriptBlock { get; set; }

    /// <summary>Specifies the program to run. It has the terminal as its own.</summary>
    [Parameter(Mandatory = true, ParameterSetName = FileSet, HelpMessage = "The program to run and measure.")]
    [ValidateNotNullOrEmpty]
    public string? FilePath { get; set; }

    /// <summary>Specifies the arguments of the program, each as it is: nothing is to be quoted.</summary>
    [Parameter(ParameterSetName = FileSet, HelpMessage = "The arguments of the program.")]
    [Alias("Args")]
    [AllowEmptyCollection]
    public string[]? ArgumentList { get; set; }

    /// <summary>
    /// Specifies how long to wait at most for descendants that outlive the command, in the forms that durations have: 30, 500ms, 5m. Those
    /// that still run then are named in a warning.
    /// </summary>
    [Parameter(HelpMessage = "How long to wait at most for descendants that outlive the command.")]
    [DurationTransformation]
    [ValidateDuration]
    [PSDefaultValue(Help = "10 seconds")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Specifies what counts the bytes: Auto, Capture or Kernel, as Get-ProcessTraffic has it.</summary>
    [Parameter(HelpMessage = "What counts the bytes: Auto, Capture or Kernel.")]
    [PSDefaultValue(Help = "Auto")]
    public TrafficSourceChoice Source { get; set; }

    /// <summary>Names a variable, without the dollar sign, that gets the sum (ProcNet.CommandTraffic).</summary>
    [Parameter(HelpMessage = "The name of a variable that gets the sum.")]
    [ValidateNotNullOrEmpty]
    public string? SummaryVariable { get; set; }

    private protected override void Run()
    {
        using TrafficMonitor monitor = StartLive(new LiveRequest { Source = Source });
        using CancellationTokenRegistration stopping = StopToken.Register(monitor.Cancel);
        using var family = new ProcessFamily(Services.Host.OpenProcessTable());
        DateTime startTime = DateTime.Now;
        long started = Stopwatch.GetTimestamp();
        int? exitCode = ParameterSetName == FileSet ? RunProgram() : RunScript();
        TimeSpan duration = Stopwatch.GetElapsedTime(started);
        string? stillRunning = WaitForDescendants(family);
        monitor.Stop();
        TrafficReport report = monitor.Report(StopToken);
        WriteNotices();

        // Of this PowerShell's own traffic, a program's is not.
        ProcessTraffic[] rows =
        [
            .. report.Processes.Where(row =>
                row.ProcessId is int id
                && family.Has(id, row.ProcessStartTime, row.ParentId)
                && (ParameterSetName == ScriptSet || id != Environment.ProcessId)
            ),
        ];
        var sum = new CommandTraffic
        {
            Command = FilePath is null ? ScriptBlock!.ToString().Trim() : string.Join(' ', [FilePath, .. ArgumentList ?? []]),
            ExitCode = exitCode,
            StartTime = startTime,
            Duration = duration,
            SentBytes = rows.Sum(row => row.SentBytes),
            ReceivedBytes = rows.Sum(row => row.ReceivedBytes),
            SentPackets = rows.Sum(row => row.SentPackets),
            ReceivedPackets = rows.Sum(row => row.ReceivedPackets),
            ProcessCount = rows.Length,
            StillRunning = stillRunning,
            UnattributedBytes = report.Processes.Where(row => row.ProcessId is null).Sum(row => row.TotalBytes),
        };
        if (SummaryVariable is not null)
        {
            SessionState.PSVariable.Set(SummaryVariable, sum);
        }

        TellSum(sum);
        WriteObject(rows, enumerateCollection: true);
        WriteLosses(monitor, report.Statistics);
        if (!family.IsExact)
        {
            WriteVerbose(
                "The kernel does not tell this user of new processes: one that lived for less than a few milliseconds may be missing."
            );
        }
    }

    private int? RunScript()
    {
        InvokeCommand.InvokeScript(useLocalScope: false, ScriptBlock, input: null, args: []);
        return null;
    }

    private int RunProgram()
    {
        ApplicationInfo? program = InvokeCommand.GetCommand(FilePath, CommandTypes.Application) as ApplicationInfo;
        var start = new ProcessStartInfo(program?.Path ?? FilePath!, ArgumentList ?? [])
        {
            WorkingDirectory = SessionState.Path.CurrentFileSystemLocation.ProviderPath,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.WaitForExitAsync(StopToken).Wait(StopToken);
            return process.ExitCode;
        }
        catch (Win32Exception failure)
        {
            ThrowTerminatingError(ErrorRecords.NotFound(nameof(Strings.CannotRun), FilePath!, FilePath!, failure.Message));
            throw;
        }
    }

    /// <summary>Waits until no descendant is left, or the time is over.</summary>
    /// <returns>Those that still run; null for none.</returns>
    private string? WaitForDescendants(ProcessFamily family)
    {
        long bound = After(Stopwatch.GetTimestamp(), Timeout);
        while (true)
        {
            IReadOnlyList<ProcessIdentity> living = family.ListLiving();
            if (living.Count == 0)
            {
                return null;
            }

            string names = string.Join(", ", living.Select(process => $"{process.Name} ({process.Key.Id})"));
            if (Stopwatch.GetTimestamp() >= bound)
            {
                WriteWarning(Messages.Format(nameof(Strings.StillRunning), names));
                return names;
            }

            StopToken.WaitHandle.WaitOne(20);
            StopToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>As Write-Host does it: seen at the prompt, and not among the rows.</summary>
    private void TellSum(CommandTraffic sum)
    {
        string seconds = sum.Duration.TotalSeconds.ToString("0.00", CultureInfo.CurrentCulture);
        WriteInformation(
            new HostInformationMessage
            {
                Message =
                    $"{seconds} s, sent {DisplayText.Bytes(sum.SentBytes)}, received {DisplayText.Bytes(sum.ReceivedBytes)}, {sum.ProcessCount} processes with traffic",
            },
            ["PSHOST"]
        );
    }
}
