namespace ProcNet;

/// <summary>What Show-ProcessTraffic sums in one row.</summary>
public enum ScreenGroup
{
    /// <summary>Each process has its row.</summary>
    Process,

    /// <summary>All processes of the same name.</summary>
    Name,

    /// <summary>All processes of a systemd unit.</summary>
    Unit,

    /// <summary>All processes of a user.</summary>
    User,

    /// <summary>All processes of a container.</summary>
    Container,

    /// <summary>All that a host measured.</summary>
    Host,
}
