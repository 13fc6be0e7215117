using System.Net;
using System.Net.Sockets;
using ProcNet.Interfaces;
using ProcNet.Monitoring;
using Xunit;

namespace ProcNet.Capture.Tests.Live;

/// <summary>A measurement that is over and disposed of: its rows can be asked for still.</summary>
public sealed class StoppedMonitorTests
{
    [Fact]
    public void AProcessThatRunsOnHasNotExited()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "Capturing packets needs root.");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        TrafficMonitor monitor = TrafficMonitor.StartLive(
            new LiveMeasurement { Interfaces = [InterfaceReader.ReadLinks().Single(link => link.Name == "lo")], Filter = $"tcp port {port}" },
            new PcapLibrary(), HostAccess.Local, _ => { });
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
}
