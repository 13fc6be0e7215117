namespace ProcNet.History;

/// <summary>What the rows of an answer are summed by.</summary>
internal enum HistoryGrouping
{
    /// <summary>By process.</summary>
    Process,

    /// <summary>By executable and name.</summary>
    Executable,

    /// <summary>By systemd unit.</summary>
    Unit,

    /// <summary>By systemd slice.</summary>
    Slice,

    /// <summary>By user.</summary>
    User,

    /// <summary>By container.</summary>
    Container,

    /// <summary>By remote address.</summary>
    Remote,

    /// <summary>By remote port.</summary>
    RemotePort,

    /// <summary>By protocol.</summary>
    Protocol,
}
