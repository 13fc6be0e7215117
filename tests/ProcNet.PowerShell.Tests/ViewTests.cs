using System.Net;
using System.Net.Sockets;

namespace ProcNet.PowerShell.Tests;

/// <summary>What stands on the screen: one table a type, readable sizes, at most 80 columns.</summary>
public sealed class ViewTests : CmdletTest
{
    [Fact]
    public void Process_traffic_is_a_table_of_processes_and_reasons() =>
        Shows(
            """
            ProcessId     Sent Received    Total  Flows ProcessName              Evidence
            ---------     ---- --------    -----  ----- -----------              --------
                 2143 1.46 KiB 4.77 MiB 4.77 MiB     22 firefox                  ExactTuple
                  999     10 B     20 B     30 B      1 curl (exited)            ExactTupl…
                           0 B  117 KiB  117 KiB      3 [no socket]              No socket…
            """,
            new ProcessTraffic
            {
                ProcessId = 2143,
                ProcessName = "firefox",
                SentBytes = 1500,
                ReceivedBytes = 5_000_000,
                FlowCount = 22,
                Evidence = OwnerEvidence.ExactTuple,
                HasExited = false,
            },
            new ProcessTraffic
            {
                ProcessId = 999,
                ProcessName = "curl",
                SentBytes = 10,
                ReceivedBytes = 20,
                FlowCount = 1,
                Evidence = OwnerEvidence.ExactTuple | OwnerEvidence.SharedSocket,
                HasExited = true,
            },
            new ProcessTraffic
            {
                Category = TrafficCategory.NoSocket,
                ReceivedBytes = 120_000,
                FlowCount = 3,
                Reason = "No socket was seen.",
            }
        );

    [Fact]
    public void Rows_that_come_back_from_a_file_or_a_job_are_shown_alike()
    {
        // As Export-Clixml and Import-Clixml do: enumerations come back as numbers that know their names.
        Engine.Run(
            "param($records) [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize($records)) | Out-Default",
            (object)
                new object[]
                {
                    new ProcessTraffic
                    {
                        ProcessId = 2143,
                        ProcessName = "firefox",
                        SentBytes = 1500,
                        FlowCount = 22,
                        Evidence = OwnerEvidence.ExactTuple,
                        HasExited = false,
                    },
                    new ProcessTraffic
                    {
                        Category = TrafficCategory.NoSocket,
                        ReceivedBytes = 120_000,
                        FlowCount = 3,
                        Reason = "No socket was seen.",
                    },
                }
        );

        Assert.Equal(
            [
                "ProcessId     Sent Received    Total  Flows ProcessName              Evidence",
                "---------     ---- --------    -----  ----- -----------              --------",
                "     2143 1.46 KiB      0 B 1.46 KiB     22 firefox                  ExactTuple",
                "               0 B  117 KiB  117 KiB      3 [no socket]              No socket…",
            ],
            Engine.Screen.Lines
        );
    }

    [Fact]
    public void Flows_are_a_table_of_endpoints() =>
        Shows(
            """
                Sent Received Protocol Local                 Remote                Process
                ---- -------- -------- -----                 ------                -------
               100 B    200 B Tcp      192.0.2.1:50001       198.51.100.7:443      21 curl
                 0 B      1 B Udp      [2001:db8::1]:53      [2001:db8::2]:5353    [kernel]
                64 B      0 B None                                                 [not IP]
            """,
            new TrafficFlow
            {
                Protocol = TransportProtocol.Tcp,
                LocalAddress = IPAddress.Parse("192.0.2.1"),
                LocalPort = 50001,
                RemoteAddress = IPAddress.Parse("198.51.100.7"),
                RemotePort = 443,
                SentBytes = 100,
                ReceivedBytes = 200,
                ProcessId = 21,
                ProcessName = "curl",
            },
            new TrafficFlow
            {
                Protocol = TransportProtocol.Udp,
                LocalAddress = IPAddress.Parse("2001:db8::1"),
                LocalPort = 53,
                RemoteAddress = IPAddress.Parse("2001:db8::2"),
                RemotePort = 5353,
                ReceivedBytes = 1,
                Category = TrafficCategory.Kernel,
            },
            new TrafficFlow
            {
                Protocol = TransportProtocol.None,
                SentBytes = 64,
                Category = TrafficCategory.NotIP,
            }
        );

    [Fact]
    public void Sockets_are_a_table_of_descriptors() =>
        Shows(
            """
            ProcessId     FD       Inode ProcessName      UserName     Container
            ---------     --       ----- -----------      --------     ---------
                 2143     63    12345678 firefox          me
                   77      6        4711 nginx            www-data     docker:0123456789ab
            """,
            new ProcSocket
            {
                ProcessId = 2143,
                ProcessName = "firefox",
                UserName = "me",
                FileDescriptor = 63,
                Inode = 12345678,
            },
            new ProcSocket
            {
                ProcessId = 77,
                ProcessName = "nginx",
                UserName = "www-data",
                FileDescriptor = 6,
                Inode = 4711,
                Container = "docker:0123456789ab",
            }
        );

    [Fact]
    public void Connections_are_a_table_of_endpoints() =>
        Shows(
            """
            Protocol State             Inode Local                 Remote
            -------- -----             ----- -----                 ------
            Tcp      Listen             4711 0.0.0.0:22            0.0.0.0
            Tcp      SynReceived           0 [::1]:631             [::1]:40000
            """,
            new NetConnection
            {
                Protocol = TransportProtocol.Tcp,
                LocalAddress = IPAddress.Any,
                LocalPort = 22,
                RemoteAddress = IPAddress.Any,
                State = ConnectionState.Listen,
                Inode = 4711,
            },
            new NetConnection
            {
                Protocol = TransportProtocol.Tcp,
                LocalAddress = IPAddress.IPv6Loopback,
                LocalPort = 631,
                RemoteAddress = IPAddress.IPv6Loopback,
                RemotePort = 40000,
                State = ConnectionState.SynReceived,
            }
        );

    [Fact]
    public void Connections_with_their_process_show_it_in_place_of_the_inode()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        Engine.Run($"Get-NetConnectionInode -LocalPort {port} -IncludeProcess | Out-Default");

        string process = $"{Environment.ProcessId} {System.Diagnostics.Process.GetCurrentProcess().ProcessName}";
        Assert.Equal("Protocol State       Local                 Remote                Process", Engine.Screen.Lines[0]);
        Assert.Equal($"Tcp      Listen      {"127.0.0.1:" + port, -21} 0.0.0.0               {Fit(process, 14)}", Engine.Screen.Lines[2]);
    }

    [Fact]
    public void Records_from_a_job_are_shown_as_those_from_here() =>
        Shows(
            """
            ProcessId     Sent Received    Total  Flows ProcessName              Evidence
            ---------     ---- --------    -----  ----- -----------              --------
                 2143 1.46 KiB     20 B 1.48 KiB      1 firefox                  ExactTuple
            """,
            PSSerializer.Deserialize(
                PSSerializer.Serialize(
                    new ProcessTraffic
                    {
                        ProcessId = 2143,
                        ProcessName = "firefox",
                        SentBytes = 1500,
                        ReceivedBytes = 20,
                        FlowCount = 1,
                        Evidence = OwnerEvidence.ExactTuple,
                        HasExited = false,
                    }
                )
            )
        );

    [Fact]
    public void A_capture_is_a_row_of_a_table()
    {
        Machine.WithTraffic(42, "curl", 50001, sent: 1000, received: 2000);

        Engine.Run("Start-TrafficCapture eth0 | Out-Default");

        Assert.Equal("  Id State         Packets    Bytes   Duration Interface            Path", Engine.Screen.Lines[0]);
        Assert.Matches(@"^ *\d+ Running {12}30 2\.93 KiB   00:00:00 eth0$", Engine.Screen.Lines[2]);
    }

    [Fact]
    public void What_works_and_what_does_not_is_shown_with_its_remedy() =>
        Shows(
            """
            Name                Available Detail                   Remedy
            ----                --------- ------                   ------
            PacketCapture       False     CAP_NET_RAW is missing.  Run as root.
            """,
            new CapabilityResult
            {
                Name = "PacketCapture",
                Available = false,
                Detail = "CAP_NET_RAW is missing.",
                Remedy = "Run as root.",
            }
        );

    [Fact]
    public void ConstrainedLanguage_shows_the_same()
    {
        object[] records =
        [
            new ProcessTraffic
            {
                ProcessId = 2143,
                ProcessName = "firefox",
                SentBytes = 1500,
                ReceivedBytes = 5_000_000,
                FlowCount = 22,
                Evidence = OwnerEvidence.ExactTuple,
                HasExited = true,
            },
            new ProcessTraffic
            {
                Category = TrafficCategory.NoHolder,
                ReceivedBytes = 120_000,
                FlowCount = 3,
                Reason = "No holder.",
            },
        ];
        Engine.Run(
            "param($records) $ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; $records | Out-Default",
            (object)records
        );

        Assert.Equal(
            [
                "ProcessId     Sent Received    Total  Flows ProcessName              Evidence",
                "---------     ---- --------    -----  ----- -----------              --------",
                "     2143 1.46 KiB 4.77 MiB 4.77 MiB     22 firefox (exited)         ExactTuple",
                "               0 B  117 KiB  117 KiB      3 [no holder]              No holder.",
            ],
            Engine.Screen.Lines
        );
    }

    [Theory]
    [InlineData(60)]
    [InlineData(50)]
    [InlineData(46)]
    public void Numbers_keep_their_digits_on_a_narrow_screen(int columns)
    {
        Engine.Screen.Width = columns;

        Engine.Run(
            "param($records) $records | Out-Default",
            (object)
                new object[]
                {
                    new ProcessTraffic
                    {
                        ProcessId = 4194304,
                        ProcessName = "firefox",
                        SentBytes = 1500,
                        ReceivedBytes = 5_000_000,
                        FlowCount = 22,
                        Evidence = OwnerEvidence.ExactTuple,
                    },
                }
        );

        Assert.Contains(
            Engine.Screen.Lines,
            line => line.StartsWith("  4194304 1.46 KiB 4.77 MiB 4.77 MiB     22", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Everything_fits_the_screen()
    {
        Machine
            .WithTraffic(4194304, "a-long-name-tha", 50001, sent: 999_999_999_999, received: 999_999_999_999)
            .WithOrphan(50002, received: 1_000_000_000);

        Engine.Run(
            "Get-ProcessTraffic -Duration 0.1 | Out-Default; Get-TrafficFlow -Duration 0.1 | Out-Default; Start-TrafficCapture | Out-Default"
        );

        Assert.All(Engine.Screen.Lines, line => Assert.True(line.Length <= Screen.Columns, line));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "0.98 KiB")]
    [InlineData(1024, "1.00 KiB")]
    [InlineData(10239, "10.0 KiB")]
    [InlineData(102_297, "99.9 KiB")]
    [InlineData(102_400, "100 KiB")]
    [InlineData(1_048_576, "1.00 MiB")]
    [InlineData(-2048, "-2.00 KiB")]
    [InlineData(long.MaxValue, "8.00 EiB")]
    public void Sizes_have_three_digits_and_a_unit(long bytes, string expected) => Assert.Equal(expected, DisplayText.Bytes(bytes));

    private static string Fit(string text, int columns) => text.Length <= columns ? text : text[..(columns - 1)] + "…";

    private void Shows(string expected, params object[] records)
    {
        Engine.Run("param($records) $records | Out-Default", (object)records);

        Assert.Equal(expected.Split('\n').Select(line => line.TrimEnd()), Engine.Screen.Lines);
    }
}
