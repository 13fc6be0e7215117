namespace ProcNet;

/// <summary>What Show-ProcessTraffic sorts its rows by, largest first.</summary>
public enum ScreenSort
{
    /// <summary>Bytes per second, sent and received, on average over the last ten seconds.</summary>
    Rate,

    /// <summary>Bytes sent per second, on average over the last ten seconds.</summary>
    Sent,

    /// <summary>Bytes received per second, on average over the last ten seconds.</summary>
    Received,

    /// <summary>All bytes since the screen was opened.</summary>
    Total,

    /// <summary>The name, from A to Z.</summary>
    Name,
}
