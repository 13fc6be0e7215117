using System.Management.Automation;
using ProcNet.Audits;
using ProcNet.Capabilities;
using ProcNet.History;
using ProcNet.PowerShell.Binding;
using ProcNet.PowerShell.Errors;
using ProcNet.PowerShell.Loading;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Has systemd keep a history of the traffic: writes a unit with the rights that measuring takes and no others, and starts it, now and at
/// each boot. With -WhatIf it gives the unit's text alone. Without systemd it gives a line for cron or a supervisor.
/// </summary>
[Cmdlet(
    VerbsLifecycle.Register,
    "TrafficAudit",
    SupportsShouldProcess = true,
    ConfirmImpact = ConfirmImpact.Medium,
    HelpUri = HelpPages.Base + "Register-TrafficAudit.md"
)]
[OutputType(typeof(TrafficAudit), typeof(string))]
public sealed class RegisterTrafficAuditCommand : ProcNetCommand
{
    /// <summary>
    /// Specifies the audit's name: the unit's, the user's and, under /var/lib, the folder's. The default is procnet-audit, which writes
    /// /var/lib/procnet/history.db, where Get-TrafficHistory looks without -Path.
    /// </summary>
    [Parameter(Position = 0, HelpMessage = "The audit's name.")]
    [PSDefaultValue(Help = "procnet-audit")]
    [ValidatePattern("^[a-z][a-z0-9-]{0,30}$")]
    public string Name { get; set; } = AuditDefinition.DefaultName;

    /// <summary>Specifies the length of a sample: 10s, 1m. The default is 10 seconds.</summary>
    [Parameter(HelpMessage = "The length of a sample, for example 10s.")]
    [PSDefaultValue(Help = "10 seconds")]
    [ArgumentCompleter(typeof(DurationCompleter))]
    [DurationTransformation]
    [ValidateDuration]
    public TimeSpan SampleInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Specifies how long hours and days are kept: 30d, 12h, or a TimeSpan. The default is 30 days.</summary>
    [Parameter(HelpMessage = "How long hours and days are kept, for example 30d.")]
    [PSDefaultValue(Help = "30 days")]
    [ArgumentCompleter(typeof(PeriodCompleter))]
    [DurationTransformation]
    [ValidatePeriod]
    public TimeSpan Retention { get; set; } = HistoryWriterOptions.DefaultRetention;

    /// <summary>Specifies how large the history may grow, in bytes. The default is 200MB.</summary>
    [Parameter(HelpMessage = "How large the history may grow, in bytes.")]
    [PSDefaultValue(Help = "200MB")]
    [ValidateRange(1L << 20, long.MaxValue)]
    public long MaximumSize { get; set; } = HistoryWriterOptions.DefaultMaximumSize;

    /// <summary>
    /// Specifies how much memory the service may use, in bytes: beyond it systemd ends it and starts it again. The default is
    /// 400MB.
    /// </summary>
    [Parameter(HelpMessage = "How much memory the service may use, in bytes.")]
    [PSDefaultValue(Help = "400MB")]
    [ValidateRange(100L << 20, long.MaxValue)]
    public long MaximumMemory { get; set; } = 400L << 20;

    /// <summary>Specifies what counts: Auto, Capture or Kernel, as with Get-ProcessTraffic.</summary>
    [Parameter(HelpMessage = "What counts.")]
    [PSDefaultValue(Help = "Auto")]
    public TrafficSourceChoice Source { get; set; }

    /// <summary>
    /// Specifies the network namespace to measure, by the name that ip-netns knows or by a path. systemd starts the service in it, so that
    /// no right to enter others is needed. The default is the machine's own.
    /// </summary>
    [Parameter(HelpMessage = "The network namespace to measure, by its name or a path.")]
    [ArgumentCompleter(typeof(NetworkNamespaceCompleter))]
    [ValidateNotNullOrEmpty]
    public string? NetworkNamespace { get; set; }

    /// <summary>Keeps the processes' command lines too. They are personal data, and may have passwords in them.</summary>
    [Parameter(HelpMessage = "Keep the command lines too.")]
    public SwitchParameter IncludeCommandLine { get; set; }

    /// <summary>Keeps the remote addresses too. Whom somebody talks to is personal data.</summary>
    [Parameter(HelpMessage = "Keep the remote addresses too.")]
    public SwitchParameter IncludeRemote { get; set; }

    /// <summary>Replaces an audit of the same name. Its history stays.</summary>
    [Parameter(HelpMessage = "Replace an audit of the same name.")]
    public SwitchParameter Force { get; set; }

    private protected override void Run()
    {
        IServiceManager manager = Services.ServiceManager;
        var registry = new AuditRegistry(manager);
        AuditDefinition audit = Define();
        if (!manager.IsRunning)
        {
            WriteWarning(Messages.Format(nameof(Strings.NoSystemd)));
            WriteObject(AuditUnit.WriteCronLine(audit));
            return;
        }

        if (ShouldProcess(registry.PathOf(Name), Messages.Format(nameof(Strings.RegisterAudit)), null, out ShouldProcessReason reason))
        {
            registry.Register(audit, Force);
            WriteObject(registry.List().First(registered => registered.Name == Name));
        }
        else if (reason == ShouldProcessReason.WhatIf)
        {
            WriteObject(AuditUnit.Write(audit));
        }
    }

    private AuditDefinition Define()
    {
        var here = PowerShellProgram.Here();
        if (here.FindUnreadable() is { } path)
        {
            ThrowTerminatingError(ErrorRecords.InvalidArgument(nameof(Strings.NotForServices), path, path));
        }

        return new AuditDefinition
        {
            Name = Name,
            PowerShell = here.Command,
            Script = here.AuditScript,
            SampleInterval = SampleInterval,
            Retention = Retention,
            MaximumSize = MaximumSize,
            MaximumMemory = MaximumMemory,
            Source = Source,
            NetworkNamespacePath = NetworkNamespace is null ? null : AuditNamespace.Find(NetworkNamespace),
            IncludesRemote = IncludeRemote,
            IncludesCommandLines = IncludeCommandLine,
            HasKernelFeed = new EbpfProbe().Probe().Available,
        };
    }
}
