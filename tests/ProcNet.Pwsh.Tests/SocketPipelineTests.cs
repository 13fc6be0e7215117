namespace ProcNet.Pwsh.Tests;

/// <summary>
/// The tables of sockets and of processes, joined through the pipeline. None of it needs root: the sockets are the test's
/// own.
/// </summary>
public sealed class SocketPipelineTests : IDisposable
{
    private readonly LoopbackTraffic _traffic = new();

    public void Dispose() => _traffic.Dispose();

    [Fact]
    public void Who_owns_a_port()
    {
        string shown = Run("""(Get-NetConnectionInode -LocalPort $port | Get-ProcSocket).ProcessId | Sort-Object -Unique""");

        Assert.Equal($"{Environment.ProcessId}", shown.Trim());
    }

    [Fact]
    public void Which_sockets_a_process_of_Get_Process_holds()
    {
        JsonElement result = RunJson(
            """
            $sockets = @(Get-Process -Id $testProcess | Get-ProcSocket)
            $listener = Get-NetConnectionInode -LocalPort $port -State Listen
            [ordered]@{
                Holders = @($sockets.ProcessId | Sort-Object -Unique)
                Holds   = $sockets.Inode -contains $listener.Inode
            } | ConvertTo-Json -Compress
            """
        );

        Assert.Equal($$"""{"Holders":[{{Environment.ProcessId}}],"Holds":true}""", result.GetRawText());
    }

    [Fact]
    public void Which_connections_a_process_of_Get_Process_has()
    {
        JsonElement ports = RunJson(
            """
            $rows = Get-Process -Id $testProcess | Get-NetConnectionInode -Protocol Tcp
            ConvertTo-Json -Compress -InputObject @($rows | Where-Object OwningProcess -EQ $testProcess | ForEach-Object { "$($_.LocalPort) $($_.State)" })
            """
        );

        string[] shown = [.. ports.EnumerateArray().Select(port => port.GetString()!)];
        Assert.Contains($"{_traffic.Port} Listen", shown);
        Assert.Contains($"{_traffic.Port} Established", shown);
        Assert.Contains($"{_traffic.ClientPort} Established", shown);
    }

    [Fact]
    public void From_connection_to_socket_and_back()
    {
        string shown = Run("""(Get-NetConnectionInode -LocalPort $port -State Listen | Get-ProcSocket | Get-NetConnectionInode).State""");

        Assert.Equal("Listen", shown.Trim());
    }

    [Fact]
    public void Connections_become_json_and_csv()
    {
        JsonElement result = RunJson(
            """
            $row = Get-NetConnectionInode -LocalPort $port -State Listen -IncludeProcess
            $json = $row | ConvertTo-Json -EnumsAsStrings | ConvertFrom-Json
            $csv = $row | ConvertTo-Csv | ConvertFrom-Csv
            [ordered]@{
                Json = "$($json.State) $($json.LocalPort) $($json.OwningProcess)"
                Csv  = "$($csv.State) $($csv.LocalAddress) $($csv.LocalPort) $($csv.OwningProcess)"
            } | ConvertTo-Json -Compress
            """
        );

        Assert.Equal(
            $$"""{"Json":"Listen {{_traffic.Port}} {{Environment.ProcessId}}","Csv":"Listen 127.0.0.1 {{_traffic.Port}} {{Environment.ProcessId}}"}""",
            result.GetRawText()
        );
    }

    [Fact]
    public void What_has_changed_between_two_looks()
    {
        JsonElement result = RunJson(
            """
            $before = @(Get-NetConnectionInode -Id $testProcess)
            $after = @(Get-NetConnectionInode -Id $testProcess)
            $sorted = @($after[-1..-$after.Count] | Sort-Object)
            [ordered]@{
                Same   = @(Compare-Object $before $after).Count
                Gone   = @(Compare-Object $before @($after | Where-Object State -NE Listen) | ForEach-Object { "$($_.InputObject.LocalPort) $($_.SideIndicator)" })
                Sorted = -not (Compare-Object $sorted.Inode @($after.Inode | Sort-Object) -SyncWindow 0)
                Unique = @($before + $after | Sort-Object -Unique).Count - $before.Count
            } | ConvertTo-Json -Compress
            """
        );

        Assert.Equal(
            $$"""{"Same":0,"Gone":["{{_traffic.Port}} <="],"Sorted":true,"Unique":0}""",
            result.GetRawText().Replace("<=", "\u003C=", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Rows_are_piped_to_commands_that_take_an_id()
    {
        string shown = Run("Get-ProcSocket -Id $testProcess | Select-Object -First 1 | Stop-Process -WhatIf");

        Assert.Contains($"({Environment.ProcessId})", shown, StringComparison.Ordinal);
    }

    private JsonElement RunJson(string script) => Pwsh.RunJson(script, ("port", _traffic.Port), ("testProcess", Environment.ProcessId));

    private string Run(string script) => Pwsh.Run(script, ("port", _traffic.Port), ("testProcess", Environment.ProcessId));
}
