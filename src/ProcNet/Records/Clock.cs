namespace ProcNet;

/// <summary>The time of packets, flows and observations.</summary>
internal static class Clock
{
    /// <summary>Now, in microseconds since 1970 UTC: what libpcap stamps packets with.</summary>
    public static long Now => (DateTime.UtcNow - DateTime.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
