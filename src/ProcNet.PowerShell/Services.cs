using ProcNet.Audits;
using ProcNet.History;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Loading;
using ProcNet.Sockets;
using ProcNet.Sources;

namespace ProcNet.PowerShell;

/// <summary>What the cmdlets ask of the machine. Tests put theirs in its place.</summary>
internal static class Services
{
    private static volatile Func<ICaptureLibrary>? s_captureLibrary;
    private static volatile HostAccess? s_host;
    private static volatile IServiceManager? s_serviceManager;

    /// <summary>The capture library, which is loaded when it is first asked for.</summary>
    /// <exception cref="ProcNetException">libpcap is not installed.</exception>
    public static ICaptureLibrary CaptureLibrary() => (s_captureLibrary ?? Libraries.Capture.Get)();

    /// <summary>The library of histories, which is loaded when it is first asked for.</summary>
    public static IHistoryLibrary History() => Libraries.History.Get();

    /// <summary>What runs services on this machine.</summary>
    public static IServiceManager ServiceManager => s_serviceManager ?? new Systemd();

    /// <summary>The host's sockets, processes and interfaces.</summary>
    public static HostAccess Host => s_host ?? HostAccess.Local;

    /// <summary>The host as a network namespace shows it.</summary>
    /// <param name="networkNamespace">A name, path, process id or inode; null for PowerShell's own.</param>
    /// <exception cref="ProcNetException">There is no such namespace, or it may not be entered.</exception>
    public static HostAccess HostIn(string? networkNamespace) =>
        networkNamespace is null ? Host : Host.Enter(NetworkNamespaceName.Find(networkNamespace));

    /// <summary>Puts others in their place; null puts the real ones back.</summary>
    internal static void Replace(Func<ICaptureLibrary>? captureLibrary, HostAccess? host)
    {
        s_captureLibrary = captureLibrary;
        s_host = host;
    }

    /// <summary>Puts another one in its place; null puts the real one back.</summary>
    internal static void Replace(IServiceManager? serviceManager) => s_serviceManager = serviceManager;
}
