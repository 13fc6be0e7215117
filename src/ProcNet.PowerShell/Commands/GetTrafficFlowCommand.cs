using System.Management.Automation;
using ProcNet.Addresses;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Binding;

namespace ProcNet.PowerShell.Commands;

/// <summary>
/// Gets the conversations (5-tuples) with what each sent and received, largest first: measured now for a while or in samples,
/// of a capture that runs or has run, or of a saved pcap or pcapng file.
/// </summary>
[Cmdlet(VerbsCommon.Get, "TrafficFlow", DefaultParameterSetName = LiveSet, HelpUri = HelpPages.Base + "Get-TrafficFlow.md")]
[OutputType(typeof(TrafficFlow))]
public sealed class GetTrafficFlowCommand : TrafficCommand
{
    private AddressPattern[]? _remoteAddresses;
    private PortRange[]? _localPorts;
    private PortRange[]? _remotePorts;

    /// <summary>Specifies local ports whose conversations to show: numbers, or ranges with both ends in them (8000-8999).</summary>
    [Parameter(HelpMessage = "Local ports, for example 443 or 8000-8999.")]
    [ValidateNotNullOrEmpty]
    [ValidatePort]
    [ArgumentCompleter(typeof(LocalPortCompleter))]
    public string[]? LocalPort { get; set; }

    /// <summary>
    /// Specifies remote addresses whose conversations to show: exact ones, networks (10.0.0.0/8), or with wildcards
    /// (10.0.0.*).
    /// </summary>
    [Parameter(HelpMessage = "Remote addresses; networks and wildcards are permitted.")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ValidateAddress]
    public string[]? RemoteAddress { get; set; }

    /// <summary>Specifies remote ports whose conversations to show: numbers, or ranges with both ends in them (8000-8999).</summary>
    [Parameter(HelpMessage = "Remote ports, for example 443 or 8000-8999.")]
    [ValidateNotNullOrEmpty]
    [ValidatePort]
    [ArgumentCompleter(typeof(RemotePortCompleter))]
    public string[]? RemotePort { get; set; }

    /// <summary>
    /// Asks the kernel at the end of the measurement, or of each sample, what it knows of TCP connections that are open then, as ss -ti
    /// does: RoundTripTime, RoundTripVariation, MinRoundTripTime, Retransmits (since the connection began), CongestionWindow, SegmentSize,
    /// PacingRate, DeliveryRate and CongestionControl. They are null for one that has closed.
    /// </summary>
    [Parameter(ParameterSetName = LiveSet, HelpMessage = "Fill in what the kernel knows of TCP connections that are open.")]
    [Parameter(ParameterSetName = SamplingSet)]
    [Parameter(ParameterSetName = CaptureSet)]
    public SwitchParameter IncludeTcpInfo { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _remoteAddresses = AddressPattern.Parse(RemoteAddress);
        _localPorts = PortRange.Parse(LocalPort);
        _remotePorts = PortRange.Parse(RemotePort);
    }

    private protected override bool WriteRows(TrafficReport report)
    {
        bool any = false;
        foreach (TrafficFlow flow in IncludeTcpInfo ? FlowTcpInfo.Add(report.Flows, Notify, StopToken) : report.Flows)
        {
            if (IsWanted(flow.ProcessId, flow.ProcessName) && IsBetween(flow))
            {
                any = true;
                WriteObject(IsSampling ? AsSample(flow) : flow);
            }
        }

        return any;
    }

    private protected override object IdleRow(TrafficReport report) => report.IdleFlow;

    private bool IsBetween(TrafficFlow flow) =>
        Takes(_remoteAddresses, flow.RemoteAddress) && Takes(_localPorts, flow.LocalPort) && Takes(_remotePorts, flow.RemotePort);

    private static bool Takes(AddressPattern[]? patterns, System.Net.IPAddress? address) =>
        patterns is null || (address is not null && Array.Exists(patterns, pattern => pattern.Matches(AddressValue.From(address))));

    private static bool Takes(PortRange[]? ranges, int port) => ranges is null || Array.Exists(ranges, range => range.Contains(port));
}
