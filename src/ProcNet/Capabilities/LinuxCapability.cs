namespace ProcNet.Capabilities;

/// <summary>Capabilities by their bit numbers (capabilities(7), include/uapi/linux/capability.h).</summary>
internal enum LinuxCapability
{
    /// <summary>Read any file and search any directory (CAP_DAC_READ_SEARCH).</summary>
    DacReadSearch = 2,

    /// <summary>Configure the network, and read the connection tracking table (CAP_NET_ADMIN).</summary>
    NetAdmin = 12,

    /// <summary>Use raw and packet sockets (CAP_NET_RAW).</summary>
    NetRaw = 13,

    /// <summary>Inspect any process (CAP_SYS_PTRACE).</summary>
    SysPtrace = 19,

    /// <summary>Enter namespaces, among much else (CAP_SYS_ADMIN).</summary>
    SysAdmin = 21,
}
