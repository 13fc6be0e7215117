using System.Diagnostics;

namespace ProcNet.PowerShell.Tests;

/// <summary>Which process holds which socket: this process and its real sockets.</summary>
public sealed class GetProcSocketTests : IDisposable
{
    private readonly Engine _engine = new();
    private readonly LoopbackConnection _connection = new();
    private readonly string _ownName = System.Diagnostics.Process.GetCurrentProcess().ProcessName;

    [Fact]
    public void Sockets_of_a_process_are_found_by_id_name_and_inode()
    {
        foreach (
            string script in new[]
            {
                $"Get-ProcSocket -Id {Environment.ProcessId}",
                $"Get-ProcSocket -PID {Environment.ProcessId}",
                $"Get-ProcSocket '{_ownName}'",
                $"Get-ProcSocket -ProcessName '{_ownName.ToUpperInvariant()}'",
                $"Get-ProcSocket -Name '{_ownName[..4]}*'",
                $"Get-ProcSocket -Inode {_connection.ClientInode}",
                "Get-ProcSocket",
            }
        )
        {
            ProcSocket socket = Sockets(script).Single(socket => socket.Inode == _connection.ClientInode);

            Assert.Equal(Environment.ProcessId, socket.ProcessId);
            Assert.Equal(_ownName, socket.ProcessName);
            Assert.True(socket.FileDescriptor > 2);
            Assert.Equal(DateTimeKind.Local, socket.ProcessStartTime.Kind);
        }
    }

    [Fact]
    public void Processes_can_be_piped_in_and_are_walked_once()
    {
        using Process self = Process.GetCurrentProcess();

        ProcSocket[] sockets = Sockets("param($processes) $processes | Get-ProcSocket", (object)new[] { self, self });

        Assert.Single(sockets, socket => socket.Inode == _connection.ClientInode);
        Assert.All(sockets, socket => Assert.Equal(self.Id, socket.ProcessId));
    }

    [Fact]
    public void Connections_can_be_piped_in()
    {
        ProcSocket[] sockets = Sockets($"Get-NetConnectionInode -LocalPort {_connection.ServerPort} | Get-ProcSocket");

        Assert.Equal(
            [_connection.ListeningInode, _connection.AcceptedInode],
            sockets.Select(socket => socket.Inode).Order().Intersect([_connection.ListeningInode, _connection.AcceptedInode])
        );
        Assert.Equal(2, sockets.Length);
        Assert.All(sockets, socket => Assert.Equal(Environment.ProcessId, socket.ProcessId));
    }

    [Fact]
    public void Connections_with_their_owner_can_be_piped_in() =>
        Assert.Equal(2, Sockets($"Get-NetConnectionInode -LocalPort {_connection.ServerPort} -IncludeProcess | Get-ProcSocket").Length);

    /// <summary>
    /// What has an inode is found by its inode, whatever else it has: the ids of the same object do not make it
    /// ambiguous.
    /// </summary>
    [Theory]
    [InlineData("[pscustomobject]@{ Inode = $inode; OwningProcess = 1 }")]
    [InlineData("[pscustomobject]@{ OwningProcess = $null; Inode = $inode }")]
    [InlineData("[pscustomobject]@{ Inode = \"$inode\"; OwningProcess = '' }")] // from Import-Csv
    [InlineData("[pscustomobject]@{ Inode = \"$inode\"; ProcessId = '1' }")]
    [InlineData("[pscustomobject]@{ Inode = $inode; Id = 1; ProcessId = 2; OwningProcess = 3; Name = 'x' }")]
    [InlineData(
        "[Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize((Get-NetConnectionInode -Inode $inode)))"
    )]
    [InlineData(
        "[Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize((Get-NetConnectionInode -Inode $inode -IncludeProcess)))"
    )]
    [InlineData("Get-ProcSocket -Inode $inode")]
    public void An_inode_wins_over_the_ids_of_the_same_object(string piped)
    {
        ProcSocket socket = Assert.Single(Sockets($"$inode = {_connection.ClientInode}; {piped} | Get-ProcSocket"));

        Assert.Equal(_connection.ClientInode, socket.Inode);
    }

    [Theory]
    [InlineData("[pscustomobject]@{ ProcessId = $PID }")]
    [InlineData("[pscustomobject]@{ OwningProcess = \"$PID\" }")]
    [InlineData("[pscustomobject]@{ PID = $PID; Name = 'x' }")]
    [InlineData("[pscustomobject]@{ Id = $PID }")]
    public void What_has_an_id_is_found_by_it(string piped) =>
        Assert.Contains(Sockets($"{piped} | Get-ProcSocket"), socket => socket.Inode == _connection.ClientInode);

    [Fact]
    public void Processes_and_connections_can_be_piped_in_together()
    {
        ProcSocket[] sockets = Sockets(
            $"(Get-NetConnectionInode -Inode {_connection.ClientInode}), [pscustomobject]@{{ Id = 1 }} | Get-ProcSocket"
        );

        Assert.Contains(sockets, socket => socket.Inode == _connection.ClientInode);
        Assert.All(sockets, socket => Assert.True(socket.ProcessId == 1 || socket.Inode == _connection.ClientInode));
    }

    [Theory]
    [InlineData("[ProcNet.NetConnection]::new()")] // inode 0: TIME_WAIT
    [InlineData("[pscustomobject]@{ Inode = 0 }")]
    [InlineData("[pscustomobject]@{ Inode = $null; ProcessId = $null }")] // a flow whose socket is not known
    [InlineData("[pscustomobject]@{ ProcessId = $null }")] // traffic of no process
    [InlineData("@()")]
    public void What_no_process_holds_is_passed_over_in_silence(string piped)
    {
        // Never everything for want of a condition.
        Assert.Empty(Sockets($"{piped} | Get-ProcSocket"));
    }

    [Fact]
    public void A_program_that_calls_it_without_a_pipeline_gets_everything()
    {
        using System.Management.Automation.PowerShell shell = System.Management.Automation.PowerShell.Create(_engine.Runspace);
        shell.AddCommand("Get-ProcSocket");

        Assert.NotEmpty(shell.Invoke());
        Assert.NotEmpty(shell.EndInvoke(shell.BeginInvoke()));
    }

    [Theory]
    [InlineData("-Name no-such-process", "NoProcessFoundForGivenName", "no-such-process")]
    [InlineData("-Id 2147483647", "NoProcessFoundForGivenId", 2147483647)]
    [InlineData("-Inode 4294967295", "NoSocketFoundForGivenInode", 4294967295L)]
    public void What_is_named_and_not_there_is_an_error(string parameters, string id, object target)
    {
        Outcome outcome = _engine.Try($"Get-ProcSocket {parameters}");

        Assert.Equal($"{id},ProcNet.PowerShell.Commands.GetProcSocketCommand", outcome.Error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ObjectNotFound, outcome.Error.CategoryInfo.Category);
        Assert.Equal(target, outcome.Error.TargetObject);
        Assert.NotEmpty(outcome.Error.ErrorDetails.RecommendedAction);
    }

    [Fact]
    public void What_is_not_there_does_not_keep_the_rest_from_being_shown()
    {
        Outcome outcome = _engine.Try($"Get-ProcSocket -Id 2147483647, {Environment.ProcessId}");

        Assert.Equal("NoProcessFoundForGivenId", outcome.ErrorId);
        Assert.NotEmpty(outcome.Output);
    }

    [Fact]
    public void A_name_made_for_the_terminal_is_shown_sanitized_and_found_as_shown()
    {
        using Process program = Process.Start(
            new ProcessStartInfo(
                "perl",
                [
                    "-e",
                    "use IO::Socket::INET; $0 = qq(\\e[2Jx\\n); my $s = IO::Socket::INET->new(Proto => 'udp'); print qq(on\\n); close STDOUT; <STDIN>",
                ]
            )
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        program.StandardOutput.ReadToEnd();
        try
        {
            ProcSocket shown = Assert.Single(Sockets($"Get-ProcSocket -Id {program.Id}"));
            Assert.Equal("?[2Jx?", shown.ProcessName);

            ProcSocket found = Assert.Single(Sockets("Get-ProcSocket -Name ([WildcardPattern]::Escape($args[0]))", shown.ProcessName));
            Assert.Equal((program.Id, shown.Inode), (found.ProcessId, found.Inode));
        }
        finally
        {
            program.Kill();
        }
    }

    [Theory]
    [InlineData("-Name no-such-process*")]
    [InlineData("-Name [x]no-such-process")]
    public void A_wildcard_that_matches_nothing_is_silent(string parameters) => Assert.Empty(Sockets($"Get-ProcSocket {parameters}"));

    [Fact]
    public void A_process_without_sockets_is_silent()
    {
        using Process sleeper = Process.Start("sleep", "60");
        try
        {
            Assert.Empty(Sockets($"Get-ProcSocket -Id {sleeper.Id}"));
        }
        finally
        {
            sleeper.Kill();
        }
    }

    [Theory]
    [InlineData("-Id 1 -Name x")]
    [InlineData("-Inode 1 -Name x")]
    public void Parameters_that_contradict_each_other_are_refused(string parameters) =>
        Assert.Equal("AmbiguousParameterSet", _engine.Try($"Get-ProcSocket {parameters}").ErrorId);

    public void Dispose()
    {
        _connection.Dispose();
        _engine.Dispose();
    }

    private ProcSocket[] Sockets(string script, params object?[] arguments) =>
        [.. _engine.Run(script, arguments).Select(row => (ProcSocket)row.BaseObject)];
}
