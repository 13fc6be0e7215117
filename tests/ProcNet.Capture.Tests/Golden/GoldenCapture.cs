using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using PacketDotNet;
using ProcNet.Flows;
using ProcNet.Monitoring;
using ProcNet.Sources.Savefiles;
using SharpPcap;
using SharpPcap.LibPcap;
using Xunit;

namespace ProcNet.Capture.Tests.Golden;

/// <summary>What a savefile gives, read as Get-TrafficFlow -Path reads it on the host of <see cref="EmptyHost"/>.</summary>
internal sealed partial record GoldenCapture(IReadOnlyList<TrafficFlow> Flows, TrafficStatistics Statistics, IReadOnlyList<Notice> Notices)
{
    /// <summary>
    /// Writes the frames to a pcap file with SharpPcap and to a pcapng file with the product, reads both, and compares the rows of each
    /// with the table: protocol, local endpoint, remote endpoint, bytes/packets sent, bytes/packets received, category; largest first.
    /// </summary>
    public static void AssertFlows(LinkLayer linkLayer, byte[][] frames, string expected)
    {
        AssertTable(expected, Read(path => WriteWithSharpPcap(path, linkLayer, frames), "pcap"), frames.Length);
        AssertTable(expected, Read(path => WriteWithProduct(path, linkLayer, frames), "pcapng"), frames.Length);
    }

    /// <summary>Compares the rows of a whole file with the table, and its totals with the rows.</summary>
    public static void AssertTable(string expected, GoldenCapture capture, int packets)
    {
        AssertRows(expected, capture, packets);
        Assert.Empty(capture.Notices);
    }

    /// <summary>The same for a file that something is to be said of.</summary>
    public static void AssertRows(string expected, GoldenCapture capture, int packets)
    {
        Assert.Equal(
            expected
                .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(line => Blanks().Replace(line, " ")),
            capture.Rows()
        );
        Assert.Equal(packets, capture.Statistics.Packets);
        capture.AssertBalanced();
    }

    /// <summary>Every counted packet is in exactly one row, those between two local ends in two.</summary>
    public void AssertBalanced()
    {
        Assert.True(Statistics.IsBalanced);
        Assert.Equal(Statistics.Bytes + Statistics.LocalBytes, Flows.Sum(flow => flow.TotalBytes));
        Assert.Equal(Statistics.Packets + Statistics.LocalPackets, Flows.Sum(flow => flow.SentPackets + flow.ReceivedPackets));
    }

    /// <summary>The rows as text. Those of equal size stand in the order of their text.</summary>
    public IReadOnlyList<string> Rows()
    {
        Assert.Equal(Flows.Select(flow => flow.TotalBytes).OrderDescending(), Flows.Select(flow => flow.TotalBytes));
        return
        [
            .. Flows
                .Select(flow => (flow.TotalBytes, Text: RowOf(flow)))
                .OrderByDescending(row => row.TotalBytes)
                .ThenBy(row => row.Text, StringComparer.Ordinal)
                .Select(row => row.Text),
        ];
    }

    /// <summary>Writes a file, reads it and removes it.</summary>
    public static GoldenCapture Read(Action<string> write, string extension, string? filter = null)
    {
        string path = TemporaryPath(extension);
        try
        {
            write(path);
            return ReadFile(path, filter);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Reads a file.</summary>
    public static GoldenCapture ReadFile(string path, string? filter = null)
    {
        var notices = new List<Notice>();
        using TrafficMonitor monitor = TrafficMonitor.ReadSavefile(
            new SavefileMeasurement
            {
                Path = path,
                Filter = filter,
                IsThisHost = true,
            },
            () => new PcapLibrary(),
            EmptyHost.Access,
            notice =>
            {
                lock (notices)
                {
                    notices.Add(notice);
                }
            },
            TestContext.Current.CancellationToken
        );
        TrafficReport report = monitor.Report();
        return new GoldenCapture(report.Flows, report.Statistics, notices);
    }

    public static string TemporaryPath(string extension) =>
        Path.Combine(Path.GetTempPath(), $"procnet-golden-{Guid.NewGuid():N}.{extension}");

    /// <summary>Writes a pcap file as libpcap does.</summary>
    public static void WriteWithSharpPcap(string path, LinkLayer linkLayer, byte[][] frames)
    {
        using var writer = new CaptureFileWriterDevice(path, FileMode.Create);
        writer.Open(new DeviceConfiguration { LinkLayerType = (LinkLayers)(int)linkLayer });
        foreach (byte[] frame in frames)
        {
            writer.Write(new RawCapture((LinkLayers)(int)linkLayer, new PosixTimeval(1_700_000_000, 0), frame));
        }
    }

    /// <summary>Writes a file as Start-TrafficCapture -Path does.</summary>
    public static void WriteWithProduct(string path, LinkLayer linkLayer, byte[][] frames)
    {
        using SavefileWriter writer = SavefileWriter.Create(path, false);
        writer.AddInterface(
            new TrafficInterface
            {
                Slot = 0,
                Name = "eth0",
                LinkLayer = linkLayer,
            },
            262144
        );
        foreach (byte[] frame in frames)
        {
            writer.Write(0, 1_700_000_000_000_000, frame, frame.Length);
        }
    }

    private static string RowOf(TrafficFlow flow) =>
        string.Join(
            ' ',
            flow.Protocol,
            End(flow.LocalAddress, flow.LocalPort),
            End(flow.RemoteAddress, flow.RemotePort),
            string.Create(CultureInfo.InvariantCulture, $"{flow.SentBytes}/{flow.SentPackets}"),
            string.Create(CultureInfo.InvariantCulture, $"{flow.ReceivedBytes}/{flow.ReceivedPackets}"),
            flow.Category
        );

    private static string End(IPAddress? address, int port) => address is null ? "-" : new IPEndPoint(address, port).ToString();

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();
}
