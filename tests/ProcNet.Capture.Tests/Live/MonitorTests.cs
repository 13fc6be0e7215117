using System.Net;
using System.Net.Sockets;
using ProcNet.Interfaces;
using ProcNet.Monitoring;
using Xunit;

namespace ProcNet.Capture.Tests.Live;

/// <summary>What a measurement answers while it runs, and after it is over.</summary>
public sealed class MonitorTests
{
    [Fact]
    public void A_file_can_be_read_while_it_is_written()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Capturing packets needs root.");
        string file = Path.Combine(Path.GetTempPath(), $"procnet-{Guid.NewGuid():N}.pcapng");
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        try
        {
            using TrafficMonitor monitor = TrafficMonitor.StartLive(
                new LiveMeasurement
                {
                    Interfaces = [InterfaceReader.ReadLinks().Single(link => link.Name == "lo")],
                    Filter = $"udp port {((IPEndPoint)socket.Client.LocalEndPoint!).Port}",
                    Path = file,
                },
                static () => new PcapLibrary(),
                HostAccess.Local,
                _ => { }
            );
            long header = new FileInfo(file).Length;
            socket.Send(new byte[100], (IPEndPoint)socket.Client.LocalEndPoint!);

            Assert.InRange(header, 28 + 20, 500);
            Assert.True(
                SpinWait.SpinUntil(() => new FileInfo(file).Length > header + 128, TimeSpan.FromSeconds(5)),
                "Nothing was written out."
            );
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_process_that_runs_on_has_not_exited()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Capturing packets needs root.");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        TrafficMonitor monitor = TrafficMonitor.StartLive(
            new LiveMeasurement
            {
                Interfaces = [InterfaceReader.ReadLinks().Single(link => link.Name == "lo")],
                Filter = $"tcp port {port}",
            },
            static () => new PcapLibrary(),
            HostAccess.Local,
            _ => { }
        );
        using (monitor)
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            using Socket accepted = listener.AcceptSocket();
            monitor.Stop();
        }

        ProcessTraffic own = Assert.Single(monitor.Report().Processes, row => row.ProcessId == Environment.ProcessId);
        Assert.False(own.HasExited);
    }

    [Fact]
    public void What_passed_before_a_report_is_in_it()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Capturing packets needs root.");
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var here = (IPEndPoint)socket.Client.LocalEndPoint!;
        using TrafficMonitor monitor = TrafficMonitor.StartLive(
            new LiveMeasurement
            {
                Interfaces = [InterfaceReader.ReadLinks().Single(link => link.Name == "lo")],
                Filter = $"udp port {here.Port}",
            },
            static () => new PcapLibrary(),
            HostAccess.Local,
            _ => { }
        );

        for (int sent = 1; sent <= 5; sent++)
        {
            socket.Send(new byte[100], here);

            Assert.Equal(sent * 128, monitor.Report().Processes.Sum(row => row.SentBytes));
        }
    }
}
