namespace ProcNet;

/// <summary>How the name of a remote end was learned.</summary>
[Flags]
public enum NameEvidence
{
    /// <summary>No name is known.</summary>
    None = 0,

    /// <summary>
    /// A name server told this machine (or the local end) that the address is this name's, before the conversation
    /// began.
    /// </summary>
    Dns = 1,

    /// <summary>The local end asked for this server by name when it began TLS (server name indication, RFC 6066).</summary>
    Sni = 2,

    /// <summary>The same in QUIC (RFC 9001).</summary>
    QuicSni = 4,

    /// <summary>The hosts file of this machine has the address.</summary>
    Hosts = 8,
}
