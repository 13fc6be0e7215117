namespace ProcNet.Linux.Netlink;

/// <summary>Flags of a netlink message's header (netlink(7)).</summary>
[Flags]
internal enum NetlinkFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>NLM_F_REQUEST: set on everything sent to the kernel.</summary>
    Request = 0x01,

    /// <summary>NLM_F_MULTI: more messages follow, up to NLMSG_DONE.</summary>
    Multipart = 0x02,

    /// <summary>NLM_F_ACK: answer with an NLMSG_ERROR, also on success.</summary>
    Acknowledge = 0x04,

    /// <summary>NLM_F_DUMP_INTR: the table changed while it was dumped.</summary>
    DumpInterrupted = 0x10,

    /// <summary>NLM_F_DUMP (NLM_F_ROOT | NLM_F_MATCH): give the whole table.</summary>
    Dump = 0x300,
}
