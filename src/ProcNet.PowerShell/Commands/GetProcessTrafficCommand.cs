using System.Management.Automation;
using ProcNet.Monitoring;
using ProcNet.Processes;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Gets what each process sent and received, largest first: measured now for a while or in samples,
/// of a capture that runs or has run, or of a saved pcap or pcapng file. Bytes that no process can be named for
/// are in rows that say why.
/// </summary>
[Cmdlet(VerbsCommon.Get, "ProcessTraffic", DefaultParameterSetName = LiveSet, HelpUri = HelpPages.Base + "Get-ProcessTraffic.md")]
[OutputType(typeof(ProcessTraffic), typeof(GroupTraffic))]
public sealed class GetProcessTrafficCommand : TrafficCommand
{
    /// <summary>
    /// Specifies what to sum the traffic by: a row for each process, or for each executable, systemd unit or slice, user, container, remote
    /// address, remote port, protocol or interface. All but Process give ProcNet.GroupTraffic. The groups sum to what was captured: bytes
    /// that have no place in a group are in one with its reason between brackets, such as [no unit] and [no holder].
    /// </summary>
    [Parameter(HelpMessage = "What to sum the traffic by.")]
    [PSDefaultValue(Help = "Process")]
    public TrafficGrouping GroupBy { get; set; }

    private protected override bool WriteRows(TrafficReport report) =>
        GroupBy == TrafficGrouping.Process ? WriteProcesses(report) : WriteGroups(report);

    private protected override object IdleRow(TrafficReport report)
    {
        if (GroupBy != TrafficGrouping.Process)
        {
            return report.IdleGroup(GroupBy);
        }

        ProcessTraffic row = report.IdleProcess;
        row.Origin = Origin;
        return row;
    }

    private bool WriteProcesses(TrafficReport report)
    {
        bool any = false;
        foreach (ProcessTraffic row in report.Processes)
        {
            if (IsWanted(row.ProcessId, row.ProcessName))
            {
                any = true;
                row.Origin = Origin;
                WriteObject(IsSampling ? AsSample(row) : row);
            }
        }

        return any;
    }

    private bool WriteGroups(TrafficReport report)
    {
        Func<ProcessIdentity?, bool>? isWanted = HasProcessFilter ? process => IsWanted(process?.Key.Id, process?.Name) : null;
        IReadOnlyList<GroupTraffic> groups = report.Group(GroupBy, isWanted);
        foreach (GroupTraffic group in groups)
        {
            WriteObject(IsSampling ? AsSample(group) : group);
        }

        return groups.Count > 0;
    }
}
