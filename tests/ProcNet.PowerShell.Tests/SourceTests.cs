using System.Net;
using System.Net.Sockets;
using System.Text;
using ProcNet.EbpfOwners;
using ProcNet.Monitoring;

namespace ProcNet.PowerShell.Tests;

/// <summary>Which source is taken, on a machine whose capture is made up and whose kernel is the real one where a test says so.</summary>
public sealed class SourceTests : CmdletTest
{
    private int _opened;

    [Theory]
    [InlineData("Get-ProcessTraffic -Duration 0.1")]
    [InlineData("Get-ProcessTraffic -Duration 0.1 -Source Auto")]
    [InlineData("Get-ProcessTraffic -Duration 0.1 -Source Capture")]
    [InlineData("Get-ProcessTraffic -Duration 0.1 -Filter 'tcp port 443'")]
    [InlineData("Get-ProcessTraffic -Duration 0.1 -Interface eth0")]
    [InlineData("Get-ProcessTraffic -SampleInterval 1")]
    [InlineData("Get-TrafficFlow -Duration 0.1")]
    public void Packets_are_captured_unless_the_kernel_is_asked_for(string script)
    {
        CountKernelFeeds();
        Machine.WithTraffic(2143, "firefox", 43210, sent: 1000, received: 5000);

        object row = Assert.Single(Engine.Run(script)).BaseObject;

        Assert.Equal(TrafficSourceKind.Capture, row is ProcessTraffic process ? process.Source : ((TrafficFlow)row).Source);
        Assert.Single(Machine.Opened);
        Assert.Equal(0, _opened);
    }

    [Theory]
    [InlineData("Get-ProcessTraffic -Duration 0.1 -Verbose", "Source: a capture, which")]
    [InlineData("Get-ProcessTraffic -Duration 0.1 -Filter 'tcp' -Verbose", "Source: a capture, because a filter needs one.")]
    [InlineData("Get-TrafficFlow -Duration 0.1 -Interface eth0 -Verbose", "Source: a capture, because chosen interfaces need one.")]
    public void Verbose_says_why(string script, string begin)
    {
        IEnumerable<string> messages = Engine
            .Run(script + " 4>&1")
            .Select(row => row.BaseObject)
            .OfType<VerboseRecord>()
            .Select(record => record.Message);

        Assert.Contains(messages, message => message.StartsWith(begin, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Get-ProcessTraffic -Duration 0.1 -Source Kernel -Filter tcp")]
    [InlineData("Get-ProcessTraffic -Source Kernel -Interface eth0 -SampleInterval 1")]
    [InlineData("Get-TrafficFlow -Duration 0.1 -Source Kernel -Filter tcp")]
    [InlineData("Start-TrafficCapture -Source Kernel -Path /tmp/procnet-never.pcapng")]
    public void What_only_a_capture_can_do_does_not_go_with_the_kernel(string script)
    {
        CountKernelFeeds();

        ErrorRecord error = Assert.Single(Engine.Try(script).Errors);

        Assert.StartsWith(nameof(ProcNetError.NeedsCapture), error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidArgument, error.CategoryInfo.Category);
        Assert.Equal(0, _opened);
        Assert.False(File.Exists("/tmp/procnet-never.pcapng"));
    }

    [Fact]
    public void Where_there_is_no_kernel_feed_asking_for_it_is_an_error_that_says_why()
    {
        ErrorRecord error = Assert.Single(Engine.Try("Get-ProcessTraffic -Duration 0.1 -Source Kernel").Errors);

        Assert.StartsWith(nameof(ProcNetError.KernelFeedUnavailable), error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.ResourceUnavailable, error.CategoryInfo.Category);
        Assert.Empty(Machine.Opened);
    }

    [Fact]
    public void Where_nothing_can_be_captured_the_kernel_counts()
    {
        CountKernelFeeds();
        Machine.Refusal = new ProcNetException(ProcNetError.CapturePermissionDenied, "You may not capture.", "Run as root.");

        Engine.Run("Get-ProcessTraffic -Duration 0.1");

        Assert.Equal(1, _opened);
    }

    [Fact]
    public void What_cannot_be_explained_because_the_pipeline_was_stopped_does_not_run_on_unseen()
    {
        Assert.Throws<PipelineStoppedException>(() =>
            SourceChooser.Start(
                new LiveMeasurement(),
                Services.CaptureLibrary,
                Services.Host,
                _ => { },
                _ => throw new PipelineStoppedException()
            )
        );

        Assert.True(Machine.Opened.Single().IsDisposed);
    }

    [Theory]
    [InlineData("Start-TrafficCapture -Source Kernel")]
    [InlineData("Start-TrafficCapture -Source Kernel -Duration 60")]
    public void A_background_measurement_of_the_kernel_names_its_process(string script)
    {
        CountKernelFeeds();
        TrafficCapture capture = (TrafficCapture)Assert.Single(Engine.Run(script)).BaseObject;
        Assert.Equal(TrafficCaptureState.Running, capture.State);
        int port = SendToSelf("a datagram");

        Engine.Run("Get-TrafficCapture | Stop-TrafficCapture");
        TrafficFlow[] flows = [.. Engine.Run("$args[0] | Get-TrafficFlow", capture).Select(row => (TrafficFlow)row.BaseObject)];

        TrafficFlow received = Assert.Single(flows, flow => flow.LocalPort == port);
        Assert.Equal(
            (Environment.ProcessId, 20 + 8 + 10, OwnerEvidence.KernelFeed),
            (received.ProcessId, received.ReceivedBytes, received.Evidence)
        );
        Assert.Equal(TrafficCaptureState.Stopped, capture.State);
    }

    private static int SendToSelf(string text)
    {
        using var receiver = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var sender = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var to = (IPEndPoint)receiver.Client.LocalEndPoint!;
        sender.Send(Encoding.ASCII.GetBytes(text), to);
        IPEndPoint? from = null;
        receiver.Receive(ref from);
        return to.Port;
    }

    private void CountKernelFeeds() =>
        Machine.KernelFeed = () =>
        {
            _opened++;
            return EbpfMeasurement.Open();
        };
}
