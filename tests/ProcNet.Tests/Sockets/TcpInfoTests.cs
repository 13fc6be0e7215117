using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ProcNet.Sockets;

namespace ProcNet.Tests.Sockets;

/// <summary>What the kernel knows of TCP connections, beside what ss(8) says of the same.</summary>
public sealed class TcpInfoTests
{
    [Fact]
    public void They_are_what_ss_says()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using TcpClient client = new();
        client.Connect(IPAddress.Loopback, port);
        using TcpClient server = listener.AcceptTcpClient();
        server.GetStream().Write(new byte[500_000]);
        client.GetStream().ReadExactly(new byte[500_000]);

        // Until nothing is under way any more.
        Thread.Sleep(300);
        NetConnection shown = Assert.Single(
            NetConnectionReader.Read(
                new NetConnectionQuery
                {
                    Protocols = new HashSet<TransportProtocol> { TransportProtocol.Tcp },
                    LocalPorts = new HashSet<int> { port },
                    States = new HashSet<ConnectionState> { ConnectionState.Established },
                    IncludeTcpInfo = true,
                },
                static _ => { },
                TestContext.Current.CancellationToken
            )
        );
        string said = Run("ss", "-tnmi", "state", "established", "sport", "=", $":{port}");

        Assert.Equal(Milliseconds(said, @"\brtt:([\d.]+)/"), shown.RoundTripTime!.Value.TotalMilliseconds);
        Assert.Equal(Milliseconds(said, @"\brtt:[\d.]+/([\d.]+)"), shown.RoundTripVariation!.Value.TotalMilliseconds);
        Assert.Equal(Milliseconds(said, @"\bminrtt:([\d.]+)"), shown.MinRoundTripTime!.Value.TotalMilliseconds);
        Assert.Equal(Number(said, @"\bcwnd:(\d+)"), shown.CongestionWindow);
        Assert.Equal(Number(said, @"\bmss:(\d+)"), shown.SegmentSize);
        Assert.Equal(Number(said, @"\bretrans:\d+/(\d+)") ?? 0, shown.Retransmits);
        Assert.Matches(
            $@"^\s*(\S+ )*{shown.CongestionControl} ",
            said.Split('\n').First(line => line.Contains("cwnd:", StringComparison.Ordinal))
        );
        if (Number(said, @"\bpacing_rate (\d+)bps") is { } pacing)
        {
            // ss counts in bits.
            Assert.Equal(pacing, shown.PacingRate!.Value * 8, 8.0);
        }
    }

    [Fact]
    public void Nobody_pays_for_them_who_did_not_ask()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using TcpClient client = new();
        client.Connect(IPAddress.Loopback, port);

        Assert.All(Read(port, isAsked: false), row => Assert.Null(row.CongestionWindow));
        Assert.Null(Assert.Single(Read(port, isAsked: true), row => row.State == ConnectionState.Listen).CongestionWindow);
        Assert.NotNull(Assert.Single(Read(port, isAsked: true), row => row.State == ConnectionState.Established).CongestionWindow);
    }

    [Theory]
    [InlineData(103, false, false)]
    [InlineData(104, true, false)]
    [InlineData(192, true, true)]
    [InlineData(400, true, true)]
    public void Older_and_newer_kernels_have_less_and_more_of_them(int length, bool isRead, bool hasDelivery)
    {
        byte[] info = new byte[length];
        Array.Fill(info, (byte)1);
        byte[] attribute = [(byte)((length + 4) & 0xFF), (byte)((length + 4) >> 8), 2, 0, .. info];

        TcpDetails? details = TcpInfo.Read(attribute);

        Assert.Equal(isRead, details is not null);
        Assert.Equal(hasDelivery, details?.DeliveryRate is not null);
        Assert.Equal(isRead ? TimeSpan.FromMicroseconds(0x01010101) : null, details?.RoundTripTime);
    }

    private static NetConnection[] Read(int port, bool isAsked) =>
        [
            .. NetConnectionReader.Read(
                new NetConnectionQuery
                {
                    LocalPorts = new HashSet<int> { port },
                    IncludeTcpInfo = isAsked,
                },
                static _ => { },
                TestContext.Current.CancellationToken
            ),
        ];

    private static double Milliseconds(string text, string pattern) =>
        double.Parse(Regex.Match(text, pattern).Groups[1].Value, CultureInfo.InvariantCulture);

    private static long? Number(string text, string pattern) =>
        Regex.Match(text, pattern) is { Success: true } match ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : null;

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }
}
