using System.Management.Automation;
using ProcNet.History;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Appends rows of Get-ProcessTraffic to a history on disk: each sample in one transaction, with what the measurement accounts for, and a
/// mark that it was measured where nothing came. Sums by the minute are kept for a day, by the hour and day for 30 days.
/// </summary>
[Cmdlet(VerbsData.Export, "TrafficHistory", HelpUri = HelpPages.Base + "Export-TrafficHistory.md")]
public sealed class ExportTrafficHistoryCommand : TrafficHistoryCommand
{
    private IHistoryWriter? _writer;
    private HistoryRecorder? _recorder;

    /// <summary>
    /// Specifies the rows to keep, as Get-ProcessTraffic gives them, also by way of a job or a file (Import-Clixml, Import-Csv). Rows of
    /// groups and of conversations are not taken: each is an error (NotARowOfProcesses).
    /// </summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, HelpMessage = "Rows of Get-ProcessTraffic.")]
    [ValidateNotNull]
    public PSObject? InputObject { get; set; }

    /// <summary>Specifies how long hours and days are kept: 30d, 12h, or a TimeSpan. The default is 30 days.</summary>
    [Parameter(HelpMessage = "How long hours and days are kept, for example 30d.")]
    [PSDefaultValue(Help = "30 days")]
    [ArgumentCompleter(typeof(PeriodCompleter))]
    [DurationTransformation]
    [ValidatePeriod]
    public TimeSpan Retention { get; set; } = HistoryWriterOptions.DefaultRetention;

    /// <summary>
    /// Specifies how large the file may grow, in bytes: beyond it the oldest hours go before their time, and a warning says so.
    /// The default is 200MB.
    /// </summary>
    [Parameter(HelpMessage = "How large the file may grow, in bytes.")]
    [PSDefaultValue(Help = "200MB")]
    [ValidateRange(1L << 20, long.MaxValue)]
    public long MaximumSize { get; set; } = HistoryWriterOptions.DefaultMaximumSize;

    /// <summary>Keeps the processes' command lines too. They are personal data, and may have passwords in them.</summary>
    [Parameter(HelpMessage = "Keep the command lines too.")]
    public SwitchParameter IncludeCommandLine { get; set; }

    /// <summary>
    /// Keeps the remote addresses too, and the ports where they are a service's. Whom somebody talks to is personal data. Rows that went
    /// through a file or another process have none.
    /// </summary>
    [Parameter(HelpMessage = "Keep the remote addresses too.")]
    public SwitchParameter IncludeRemote { get; set; }

    /// <summary>Has a file that is made be readable by its group; without it its user alone may read it.</summary>
    [Parameter(HelpMessage = "A file that is made may be read by its group.")]
    public SwitchParameter GroupReadable { get; set; }

    /// <summary>Sets a file aside that is no history, and begins a new one in its place. Without it such a file is an error.</summary>
    [Parameter(HelpMessage = "Set a file aside that is no history.")]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // A folder and the like are an error already.
        if (ResolvePath(HistoryPath.ToWrite) is not string path)
        {
            return;
        }

        // Before the first row: that it cannot be written is said at once, and not when the first interval is over.
        try
        {
            _writer = Services
                .History()
                .OpenWriter(
                    new HistoryWriterOptions
                    {
                        Path = path,
                        Retention = Retention,
                        MaximumSize = MaximumSize,
                        IsGroupReadable = GroupReadable,
                        ReplaceUnusable = Force,
                    },
                    Notify
                );
            _recorder = new HistoryRecorder(
                _writer,
                new HistoryRecorderOptions { IncludesCommandLines = IncludeCommandLine, IncludesRemote = IncludeRemote }
            );
        }
        catch (ProcNetException failure)
        {
            ThrowTerminatingError(ErrorRecords.From(failure));
        }

        WriteNotices();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _recorder?.Dispose();
            _writer?.Dispose();
            _writer = null;
        }

        base.Dispose(disposing);
    }

    private protected override void Collect()
    {
        if (SavedRecords.ToProcessTraffic(InputObject) is { } row)
        {
            _recorder?.Add(row);
        }
        else
        {
            WriteError(
                ErrorRecords.InvalidArgument(nameof(Strings.NotARowOfProcesses), InputObject!, InputObject!.BaseObject.GetType().Name)
            );
        }
    }

    private protected override void Run()
    {
        _recorder?.Flush();
        _writer?.Complete();
    }
}
