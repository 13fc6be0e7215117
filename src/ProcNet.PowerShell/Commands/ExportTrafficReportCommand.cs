using System.Management.Automation;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;
using ProcNet.PowerShell.Loading;
using ProcNet.Presentation;
using ProcNet.Sources.Savefiles;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Makes one HTML page of rows of traffic: plots and tables of who sent and received how much, with whom and when, the account of all
/// bytes, and what is not known. The page has no script and asks the network for nothing.
/// </summary>
[Cmdlet(
    VerbsData.Export,
    "TrafficReport",
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Low,
    HelpUri = HelpPages.Base + "Export-TrafficReport.md"
)]
[OutputType(typeof(FileInfo))]
public sealed class ExportTrafficReportCommand : ProcNetCommand
{
    private SavefileTarget? _target;
    private IReportBuilder? _report;

    /// <summary>Specifies the file to write.</summary>
    [Parameter(Mandatory = true, Position = 0, HelpMessage = "The file to write: report.html.")]
    [Alias("LiteralPath", "FilePath", "PSPath")]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>
    /// Specifies what the report is about: rows of Get-ProcessTraffic (also samples and groups) and Get-TrafficFlow, of this host, of
    /// others (Invoke-Command) and of files (Import-Clixml, Import-Csv), captures of Start-TrafficCapture, and totals of
    /// -StatisticsVariable.
    /// </summary>
    [Parameter(
        Mandatory = true,
        Position = 1,
        ValueFromPipeline = true,
        HelpMessage = "Rows of Get-ProcessTraffic or Get-TrafficFlow, or a capture."
    )]
    [ValidateNotNull]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// Specifies the totals of the measurement (-StatisticsVariable), where the rows do not bring them: rows of a file, a job or another
    /// host. They say what was dropped.
    /// </summary>
    [Parameter(HelpMessage = "The totals of the measurement, as -StatisticsVariable gives them.")]
    [ValidateNotNull]
    [AllowEmptyCollection]
    public PSObject[]? Statistics { get; set; }

    /// <summary>Specifies what stands above the report.</summary>
    [Parameter(HelpMessage = "What stands above the report.")]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "Network traffic by process")]
    public string Title { get; set; } = "Network traffic by process";

    /// <summary>
    /// Specifies how many lines each table has at most; what is beyond is summed in one more. Where the page would grow beyond 300 KB,
    /// there are fewer.
    /// </summary>
    [Parameter(HelpMessage = "How many lines each table has at most.")]
    [ValidateRange(5, 100)]
    [PSDefaultValue(Help = "20")]
    public int Top { get; set; } = 20;

    /// <summary>Replaces the file where there is one. Without it that is an error (FileExists).</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Keeps a file that is there: this is the default, and stronger than -Force.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    /// <summary>Returns the file.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>Opens the file, so that one that cannot be written is told of before anything is measured.</summary>
    protected override void BeginProcessing()
    {
        string? file = ProviderPath.ResolveLiteral(this, Path!);
        if (file is null || !ShouldProcess(file, "Write the report"))
        {
            return;
        }

        try
        {
            _target = SavefileTarget.Open(file, Force && !NoClobber, StopToken);
        }
        catch (ProcNetException failure)
        {
            ThrowTerminatingError(ErrorRecords.From(failure));
        }

        _report = Libraries.Report.Get().Begin(new ReportOptions(Title, Top));
        foreach (PSObject item in Statistics ?? [])
        {
            if (TrafficRows.ToTotals(item) is { } totals)
            {
                _report.Add(totals);
            }
            else
            {
                WriteError(ErrorRecords.InvalidArgument(nameof(Strings.NotTotals), item, item.BaseObject.GetType().Name));
            }
        }
    }

    private protected override void Collect()
    {
        if (InputObject is not { } item || _report is null)
        {
            return;
        }

        // "$rows, $totals |" gives the list of the rows as one object.
        if (LanguagePrimitives.GetEnumerable(item) is { } list)
        {
            foreach (object? entry in list)
            {
                Take(PSObject.AsPSObject(entry));
            }
        }
        else
        {
            Take(item);
        }
    }

    private protected override void Run()
    {
        if (_report is null)
        {
            return;
        }

        byte[] page = _report.Render();
        SavefileTarget target = _target!;
        try
        {
            target.Begin();
            target.File.Write(page);
        }
        catch (IOException failure)
        {
            throw SavefileTarget.CannotWrite(target.Path, failure);
        }

        target.File.Dispose();
        _target = null;
        if (PassThru)
        {
            WriteObject(InvokeProvider.Item.Get([target.Path], force: true, literalPath: true), enumerateCollection: true);
        }
    }

    /// <summary>A report that did not come about leaves the file as it was.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _target?.Abandon();
            _target = null;
        }

        base.Dispose(disposing);
    }

    private void Take(PSObject item)
    {
        if (item.BaseObject is TrafficCapture capture)
        {
            foreach (TrafficFlow flow in capture.Monitor.Report(StopToken).Flows)
            {
                Add(new PSObject(flow));
            }
        }
        else if (TrafficRows.ToTotals(item) is { } totals)
        {
            _report!.Add(totals);
        }
        else
        {
            Add(item);
        }
    }

    private void Add(PSObject item)
    {
        if (TrafficRows.From(item) is { } row)
        {
            _report!.Add(row, TrafficRows.TotalsOf(item));
        }
        else
        {
            WriteError(ErrorRecords.InvalidArgument(nameof(Strings.NotARowOfTraffic), item, item.BaseObject.GetType().Name));
        }
    }
}
