namespace ProcNet.Pwsh.Tests;

/// <summary>The tables of sockets and of processes, joined through the pipeline. None of it needs root: the sockets are the test's own.</summary>
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
            """);

        Assert.Equal($$"""{"Holders":[{{Environment.ProcessId}}],"Holds":true}""", result.GetRawText());
    }

    [Fact]
    public void Which_connections_a_process_of_Get_Process_has()
    {
        JsonElement ports = RunJson(
            """
            $rows = Get-Process -Id $testProcess | Get-NetConnectionInode -Protocol Tcp
            ConvertTo-Json -Compress -InputObject @($rows | Where-Object OwningProcess -EQ $testProcess | ForEach-Object { "$($_.LocalPort) $($_.State)" })
            """);

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
            """);

        Assert.Equal(
            $$"""{"Json":"Listen {{_traffic.Port}} {{Environment.ProcessId}}","Csv":"Listen 127.0.0.1 {{_traffic.Port}} {{Environment.ProcessId}}"}""",
            result.GetRawText());
    }

    private JsonElement RunJson(string script) => Pwsh.RunJson(script, ("port", _traffic.Port), ("testProcess", Environment.ProcessId));

    private string Run(string script) => Pwsh.Run(script, ("port", _traffic.Port), ("testProcess", Environment.ProcessId));
}
