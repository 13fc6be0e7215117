namespace ProcNet;

/// <summary>What traffic is summed by.</summary>
public enum TrafficGrouping
{
    /// <summary>A row for each process.</summary>
    Process,

    /// <summary>By the path of the executable.</summary>
    Executable,

    /// <summary>By systemd unit.</summary>
    Unit,

    /// <summary>By systemd slice.</summary>
    Slice,

    /// <summary>By the user that the processes run as.</summary>
    User,

    /// <summary>By container.</summary>
    Container,

    /// <summary>By remote address.</summary>
    Remote,

    /// <summary>By remote port.</summary>
    RemotePort,

    /// <summary>By protocol.</summary>
    Protocol,

    /// <summary>By the interface that the packets were counted on.</summary>
    Interface,
}
