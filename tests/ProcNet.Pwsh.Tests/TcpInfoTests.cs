namespace ProcNet.Pwsh.Tests;

/// <summary>-IncludeTcpInfo, of connections and of conversations.</summary>
public sealed class TcpInfoTests
{
    [Fact]
    public void Conversations_have_what_their_sockets_have()
    {
        Live.NeedsRoot();
        using LoopbackTraffic traffic = new();
        JsonElement shown = Pwsh.RunJson(
            """
            $flow = Get-TrafficFlow -Duration 1 -Interface lo -LocalPort $port -IncludeTcpInfo | Select-Object -First 1
            $socket = Get-NetConnectionInode -LocalPort $port -State Established -IncludeTcpInfo | Select-Object -First 1
            $plain = Get-TrafficFlow -Duration 1 -Interface lo -LocalPort $port | Select-Object -First 1
            @{ Flow = $flow.RoundTripTime.TotalMilliseconds; Same = $flow.CongestionControl -eq $socket.CongestionControl -and $flow.SegmentSize -eq $socket.SegmentSize
               Plain = $null -eq $plain.RoundTripTime -and $plain.TotalBytes -gt 0 } | ConvertTo-Json -Compress
            """,
            ("port", traffic.Port)
        );

        Assert.InRange(shown.GetProperty("Flow").GetDouble(), 0.001, 1000);
        Assert.True(shown.GetProperty("Same").GetBoolean());
        Assert.True(shown.GetProperty("Plain").GetBoolean());
    }
}
