using System.Diagnostics;
using System.Net;

namespace ProcNet.PowerShell.Tests;

/// <summary>The socket tables: this machine's, with a real connection in them, and saved ones.</summary>
public sealed class GetNetConnectionInodeTests : IDisposable
{
    private readonly Engine _engine = new();
    private readonly LoopbackConnection _connection = new();

    /// <summary>Each condition finds the connecting end; $server and $client are the ports, $inode its inode.</summary>
    [Theory]
    [InlineData("-LocalPort $client")]
    [InlineData("127.0.0.1 $client")]
    [InlineData("-LocalAddress 127.0.0.1 -LocalPort $client")]
    [InlineData("-IPAddress ::ffff:127.0.0.1 -LocalPort $client")]
    [InlineData("-LocalAddress 127.* -LocalPort 1,$client")]
    [InlineData("-LocalAddress 127.0.0.0/8 -LocalPort $client")]
    [InlineData("-RemotePort $server")]
    [InlineData("-RemoteAddress 127.0.0.? -RemotePort $server -State Established -Protocol Tcp")]
    [InlineData("-Inode $inode")]
    [InlineData("-OwningProcess $PID -RemotePort $server")]
    [InlineData("-Id $PID -RemotePort $server")]
    [InlineData("-Protocol tcp,udp -State established,listen -RemotePort $server")]
    public void A_connection_is_found_by_what_it_has(string parameters)
    {
        // An earlier test's port may come back while its old connection still waits out its time.
        NetConnection connection = Assert.Single(
            Connections($"Get-NetConnectionInode {parameters}"),
            found => found.State != ConnectionState.TimeWait
        );

        Assert.Equal(_connection.ClientInode, connection.Inode);
        Assert.Equal(
            (TransportProtocol.Tcp, IPAddress.Loopback, _connection.ClientPort),
            (connection.Protocol, connection.LocalAddress, connection.LocalPort)
        );
        Assert.Equal(
            (IPAddress.Loopback, _connection.ServerPort, ConnectionState.Established),
            (connection.RemoteAddress, connection.RemotePort, connection.State)
        );
    }

    [Fact]
    public void A_network_namespace_is_named_by_a_process_in_it()
    {
        NetConnection connection = Assert.Single(Connections("Get-NetConnectionInode -NetworkNamespace $PID -RemotePort $server"));

        Assert.Equal(_connection.ClientInode, connection.Inode);
        Assert.Equal(
            connection.Inode,
            Assert.Single(Connections($"Get-NetConnectionInode -NetworkNamespace {connection.NetworkNamespace} -RemotePort $server")).Inode
        );
    }

    [Theory]
    [InlineData("Get-NetConnectionInode")]
    [InlineData("Get-ProcSocket")]
    [InlineData("Get-ProcessTraffic")]
    [InlineData("Get-TrafficFlow")]
    [InlineData("Start-TrafficCapture")]
    public void A_network_namespace_that_does_not_exist_is_an_error(string cmdlet) =>
        Assert.Equal("NetworkNamespaceUnavailable", _engine.Try($"{cmdlet} -NetworkNamespace nosuch").ErrorId);

    [Fact]
    public void Without_conditions_everything_is_shown()
    {
        NetConnection[] connections = Connections("Get-NetConnectionInode");

        Assert.Equal(2, connections.Count(connection => connection.LocalPort == _connection.ServerPort && connection.Inode != 0));
        Assert.Single(connections, connection => connection.Inode == _connection.ClientInode);
        Assert.All(connections, connection => Assert.Null(connection.OwningProcess));
    }

    [Theory]
    [InlineData("-IncludeProcess")]
    [InlineData("-OwningProcess $PID")]
    public void The_owner_is_filled_in_where_it_is_asked_for(string parameters)
    {
        NetConnection connection = Assert.Single(Connections($"Get-NetConnectionInode -LocalPort $client {parameters}"));

        Assert.Equal(Environment.ProcessId, connection.OwningProcess);
        Assert.Equal(System.Diagnostics.Process.GetCurrentProcess().ProcessName, connection.ProcessName);
    }

    [Fact]
    public void Processes_can_be_piped_in()
    {
        using Process self = Process.GetCurrentProcess();

        NetConnection[] connections = Connections("param($process) $process | Get-NetConnectionInode", self);

        Assert.Contains(connections, connection => connection.Inode == _connection.ClientInode);
        Assert.All(connections, connection => Assert.Equal(self.Id, connection.OwningProcess));
    }

    [Fact]
    public void Sockets_can_be_piped_in() =>
        Assert.Equal(_connection.ClientInode, Assert.Single(Connections("Get-ProcSocket -Inode $inode | Get-NetConnectionInode")).Inode);

    [Theory]
    [InlineData("[pscustomobject]@{ Inode = $null }")]
    [InlineData("@()")]
    public void Nothing_piped_in_gives_nothing(string piped) => Assert.Empty(Connections($"{piped} | Get-NetConnectionInode"));

    /// <summary>As Get-NetTCPConnection: a single condition is missed value by value.</summary>
    [Theory]
    [InlineData("-LocalPort 9,10", "LocalPort", "9 10")]
    [InlineData("-LocalAddress 203.0.113.77", "LocalAddress", "203.0.113.77")]
    [InlineData("-LocalAddress 203.0.113.77,203.0.113.*", "LocalAddress", "203.0.113.77")]
    [InlineData("-RemoteAddress 2001:DB8::77", "RemoteAddress", "2001:DB8::77")]
    [InlineData("-Inode 4294967295,$inode", "Inode", "4294967295")]
    public void A_value_that_no_row_has_is_an_error(string parameters, string property, string values)
    {
        Outcome outcome = Try($"Get-NetConnectionInode {parameters}");

        Assert.Equal(values, string.Join(' ', outcome.Errors.Select(error => error.TargetObject)));
        Assert.All(
            outcome.Errors,
            error =>
            {
                Assert.Equal(
                    "NoConnectionFoundForGivenValue,ProcNet.PowerShell.Commands.GetNetConnectionInodeCommand",
                    error.FullyQualifiedErrorId
                );
                Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
                Assert.Contains(property, error.ToString(), StringComparison.Ordinal);
            }
        );
    }

    [Theory]
    [InlineData("-LocalAddress 203.0.113.*")]
    [InlineData("-LocalAddress 203.0.113.0/24")]
    [InlineData("-LocalAddress 203.0.113.* -LocalPort 9")]
    [InlineData("-LocalPort 9,$client -State Established")]
    public void A_wildcard_or_a_part_that_matches_nothing_is_silent(string parameters) =>
        Assert.Empty(Try($"Get-NetConnectionInode {parameters}").Errors);

    [Fact]
    public void A_combination_that_no_row_has_is_one_error() =>
        Assert.Equal("NoConnectionFoundForGivenValue", Try("Get-NetConnectionInode -LocalPort $client -State Listen").ErrorId);

    [Fact]
    public void A_process_that_does_not_exist_is_an_error() =>
        Assert.Equal("NoProcessFoundForGivenId", Try("Get-NetConnectionInode -OwningProcess 2147483647").ErrorId);

    [Theory]
    [InlineData("-LocalPort 70000", "ParameterArgumentValidationError")]
    [InlineData("-LocalPort http", "ParameterArgumentValidationError")]
    [InlineData("-State Open", "CannotConvertArgumentNoMessage")]
    [InlineData("-Protocol Gre", "ParameterArgumentValidationError")]
    [InlineData("-Path x -OwningProcess 1", "AmbiguousParameterSet")]
    [InlineData("-Path x -IncludeProcess", "AmbiguousParameterSet")]
    public void What_cannot_be_is_refused(string parameters, string id) =>
        Assert.Equal(id, Try($"Get-NetConnectionInode {parameters}").ErrorId);

    [Fact]
    public void A_protocol_without_a_table_is_answered_with_those_that_have_one() =>
        Assert.Contains(
            "\"Tcp,Udp,UdpLite,Raw,Icmp,IcmpV6,Sctp,Dccp\"",
            Try("Get-NetConnectionInode -Protocol Gre").Error.ToString(),
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData("Get-NetConnectionInode -Path $table")]
    [InlineData("Get-NetConnectionInode -Path ($table -replace '.$', '?')")]
    [InlineData("Get-NetConnectionInode -LiteralPath $table")]
    [InlineData("[IO.FileInfo]::new($table) | Get-NetConnectionInode")]
    [InlineData("Get-NetConnectionInode -Path $table -RemotePort 443 -State Established")]
    public void A_saved_table_is_read(string script)
    {
        string table = Path.Combine(Path.GetTempPath(), $"procnet-{Guid.NewGuid():N}");
        File.WriteAllText(
            table,
            """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 010200C0:C350 0764C6CB:01BB 01 00000000:00000000 00:00000000 00000000  1000        0 12345678 1 0000000000000000 20 4 30 10 -1

            """
        );
        try
        {
            NetConnection connection = Assert.Single(Connections($"$table = '{table}'; {script}"));

            Assert.Equal("Tcp 192.0.2.1:50000 203.198.100.7:443 Established", connection.ToString());
            Assert.Equal((12345678, 1000, table), (connection.Inode, connection.UserId, connection.Source));
        }
        finally
        {
            File.Delete(table);
        }
    }

    [Theory]
    [InlineData("-Path /nowhere/tcp", "FileNotFound")]
    [InlineData("-LiteralPath /nowhere/tcp", "FileNotFound")]
    [InlineData("-LiteralPath /dev/null", "FileEmpty")]
    [InlineData("-LiteralPath /proc/version", "NotASocketTable")]
    public void A_file_that_is_no_table_is_an_error(string parameters, string id)
    {
        Outcome outcome = Try($"Get-NetConnectionInode {parameters}");

        Assert.Equal(id, outcome.ErrorId);
        Assert.NotEqual(ErrorCategory.NotSpecified, outcome.Error.CategoryInfo.Category);
    }

    public void Dispose()
    {
        _connection.Dispose();
        _engine.Dispose();
    }

    private NetConnection[] Connections(string script, params object?[] arguments)
    {
        SetVariables();
        return [.. _engine.Run(script, arguments).Select(row => (NetConnection)row.BaseObject)];
    }

    private Outcome Try(string script)
    {
        SetVariables();
        return _engine.Try(script);
    }

    private void SetVariables()
    {
        _engine.Runspace.SessionStateProxy.SetVariable("server", _connection.ServerPort);
        _engine.Runspace.SessionStateProxy.SetVariable("client", _connection.ClientPort);
        _engine.Runspace.SessionStateProxy.SetVariable("inode", _connection.ClientInode);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("10.0.0.0/33")]
    public void What_is_no_address_is_told_of(string address)
    {
        Outcome outcome = Try($"Get-NetConnectionInode -LocalAddress {address}");

        Assert.Equal("ParameterArgumentValidationError", outcome.ErrorId);
        Assert.Contains($"'{address}' is not an address.", outcome.Error.Exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-OwningProcess $null")]
    [InlineData("-OwningProcess @()")]
    [InlineData("-OwningProcess @(@() | ForEach-Object Id)")]
    [InlineData("-Inode $null")]
    [InlineData("-Inode @()")]
    public void An_empty_list_matches_nothing(string parameters) => Assert.Empty(_engine.Run($"Get-NetConnectionInode {parameters}"));

    [Fact]
    public void Every_protocol_that_has_a_table_can_be_asked_for_and_no_other()
    {
        Assert.All(
            ProcNet.Sockets.SocketTableReader.Protocols,
            protocol => _engine.Run($"$null = Get-NetConnectionInode -Protocol {protocol}")
        );
        Assert.Equal("ParameterArgumentValidationError", _engine.Try("Get-NetConnectionInode -Protocol HopByHop").ErrorId);
    }

    [Fact]
    public void Ranges_of_ports_are_understood()
    {
        using System.Net.Sockets.TcpListener listener = new(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;

        Assert.Contains(
            port,
            _engine
                .Run($"Get-NetConnectionInode -LocalPort {port - 1}-{port + 1} -State Listen")
                .Select(row => (int)row.Properties["LocalPort"].Value)
        );
        Assert.Empty(_engine.Run("Get-NetConnectionInode -RemotePort 1-2 -Protocol Tcp -State Listen"));
    }
}
