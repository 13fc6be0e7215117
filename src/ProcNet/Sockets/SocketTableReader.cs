using System.Net.Sockets;
using ProcNet.Linux;
using ProcNet.Linux.Namespaces;

namespace ProcNet.Sockets;

/// <summary>
/// The socket tables of one network namespace from the best place that has them: sock_diag, else <c>/proc/net</c>.
/// Not thread-safe.
/// </summary>
internal sealed class SocketTableReader : IDisposable
{
    /// <summary>The <see cref="Source"/> of rows from the kernel's sock_diag.</summary>
    public const string SockDiagSource = "sock_diag";

    private const string LiveRoot = "/proc";

    private readonly string? _folder;
    private readonly string? _namespacePath;
    private readonly Action<Notice> _notify;
    private SockDiag? _diag;
    private ProcNetTable? _file;
    private string? _reason;
    private bool _notified;

    /// <summary>Opens the tables of this process's network namespace, or of another process's.</summary>
    /// <param name="notify">Takes the notice that the tables come from a slower place.</param>
    /// <param name="processId">A process in the network namespace to read; null for this one's.</param>
    /// <param name="root">Where <c>/proc</c> is; elsewhere than there, sock_diag is not asked.</param>
    /// <param name="namespacePath">The network namespace to read, where no process in it is known; what sock_diag lacks is read by a thread
    /// inside.</param>
    /// <exception cref="ProcNetException">Neither place has the tables, or the process or the namespace has gone.</exception>
    public SocketTableReader(Action<Notice> notify, int? processId = null, string root = LiveRoot, string? namespacePath = null)
    {
        _notify = notify;
        if (namespacePath is not null)
        {
            _namespacePath = namespacePath;
            _folder = "/proc/thread-self/net";
            try
            {
                _diag = SockDiag.OpenIn(namespacePath);
            }
            catch (LinuxException exception)
            {
                throw new ProcNetException(
                    ProcNetError.SocketTableUnavailable,
                    $"The socket tables of '{namespacePath}' cannot be read: {exception.Message}.",
                    "The kernel or a sandbox has no sock_diag: run where it has.",
                    namespacePath,
                    exception
                );
            }

            return;
        }

        _folder = processId is null ? $"{root}/net" : $"{root}/{processId}/net";
        if (root == LiveRoot)
        {
            OpenDiag(processId is null ? null : $"{LiveRoot}/{processId}/ns/net");
        }

        if (_diag is null && !Directory.Exists(_folder))
        {
            throw new ProcNetException(
                ProcNetError.SocketTableUnavailable,
                $"The kernel's socket tables cannot be read: neither sock_diag nor '{_folder}' is there.",
                processId is null ? "Mount /proc: mount -t proc proc /proc" : $"Process {processId} may have ended; try another.",
                _folder
            );
        }
    }

    /// <summary>The protocols that have a table, in the order in which to read them.</summary>
    public static IReadOnlyList<TransportProtocol> Protocols { get; } =
    [
        TransportProtocol.Tcp,
        TransportProtocol.Udp,
        TransportProtocol.UdpLite,
        TransportProtocol.Raw,
        TransportProtocol.Icmp,
        TransportProtocol.IcmpV6,
        TransportProtocol.Sctp,
        TransportProtocol.Dccp,
    ];

    /// <summary>Where the rows of the table begun last come from: <see cref="SockDiagSource"/>, or a path.</summary>
    public string Source { get; private set; } = SockDiagSource;

    /// <summary>Gives every row of some protocols' tables, both families, to a visitor.</summary>
    /// <param name="protocols">The protocols.</param>
    /// <param name="visitor">Takes the rows, and may end the reading.</param>
    /// <exception cref="ProcNetException">A table broke while it was read.</exception>
    public void Read(IEnumerable<TransportProtocol> protocols, SocketRowVisitor visitor)
    {
        foreach (TransportProtocol protocol in protocols)
        {
            if (!Read(protocol, AddressFamily.InterNetwork, visitor) || !Read(protocol, AddressFamily.InterNetworkV6, visitor))
            {
                return;
            }
        }
    }

    /// <summary>Begins to read a table; <see cref="Next"/> gives its rows as they come.</summary>
    /// <returns>False where there is no such table, so that it has no rows.</returns>
    public bool Begin(TransportProtocol protocol, AddressFamily family, SocketDumpFilter filter = default)
    {
        _file?.Dispose();
        _file = null;
        if (_diag is not null && SockDiag.Knows(protocol) && TryBeginDiag(_diag, protocol, family, filter))
        {
            Source = SockDiagSource;
            return true;
        }

        if (_folder is null || ProcNetTableName.Of(protocol, family) is not { } name)
        {
            return false;
        }

        Source = $"{_folder}/{name}";
        _file = _namespacePath is null
            ? ProcNetTable.TryOpen(Source, protocol, out _)
            : NetworkNamespaceThread.Run(_namespacePath, () => ProcNetTable.TryOpen(Source, protocol, out _));
        if (_file is not null && protocol is TransportProtocol.Tcp or TransportProtocol.Udp)
        {
            // Not for the others: UDP-Lite and raw often have no module, and ICMP never has; that is the usual place then.
            NotifyFallback(protocol);
        }

        return _file is not null;
    }

    /// <summary>The next row of the table.</summary>
    /// <returns>False at the end.</returns>
    /// <exception cref="ProcNetException">The table broke while it was read.</exception>
    public bool Next(out SocketRow row)
    {
        if (_file is not null)
        {
            return _file.Next(out row);
        }

        try
        {
            return _diag!.Next(out row);
        }
        catch (LinuxException exception)
        {
            throw new ProcNetException(
                ProcNetError.SocketTableUnavailable,
                $"The kernel's socket table broke off: {exception.Message}.",
                "Try again.",
                Source,
                exception
            );
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file?.Dispose();
        _diag?.Dispose();
    }

    private bool Read(TransportProtocol protocol, AddressFamily family, SocketRowVisitor visitor)
    {
        if (!Begin(protocol, family))
        {
            return true;
        }

        while (Next(out SocketRow row))
        {
            if (!visitor(in row))
            {
                return false;
            }
        }

        return true;
    }

    private bool TryBeginDiag(SockDiag diag, TransportProtocol protocol, AddressFamily family, SocketDumpFilter filter)
    {
        try
        {
            if (diag.Begin(protocol, family, filter))
            {
                return true;
            }

            _reason =
                diag.Error == Errno.ENOENT
                    ? "the kernel has no sock_diag module for it"
                    : new LinuxException("sock_diag", diag.Error).Message;
        }
        catch (LinuxException exception)
        {
            _reason = exception.Message;
        }

        return false;
    }

    private void OpenDiag(string? namespacePath)
    {
        try
        {
            _diag = namespacePath is null ? new SockDiag() : SockDiag.OpenIn(namespacePath);
        }
        catch (LinuxException exception)
        {
            _reason = exception.Message;
        }
        catch (ProcNetException exception) when (exception.Error == ProcNetError.NetworkNamespaceUnavailable)
        {
            // /proc/<pid>/net shows another namespace's tables also to those who may not enter it.
            _reason = exception.Message;
        }
    }

    private void NotifyFallback(TransportProtocol protocol)
    {
        if (_reason is not null && !_notified)
        {
            _notified = true;
            _notify(
                new Notice(
                    NoticeKind.SocketTableFallback,
                    $"The {protocol.ToString().ToUpperInvariant()} sockets come from {Source}, which is slower and lacks details: {_reason}."
                )
            );
        }
    }
}
