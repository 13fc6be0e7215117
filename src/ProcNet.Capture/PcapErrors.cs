using System.Runtime.InteropServices;
using ProcNet.Interfaces;
using ProcNet.Linux;
using SharpPcap;

namespace ProcNet.Capture;

/// <summary>Turns libpcap's failures into ProcNet's, each with what to do about it.</summary>
internal static class PcapErrors
{
    private const string InstallLibpcap =
        "Install it: 'apt-get install libpcap0.8' (Debian, Ubuntu), 'dnf install libpcap' (Fedora, RHEL), "
        + "'zypper install libpcap1' (openSUSE), 'apk add libpcap' (Alpine), 'pacman -S libpcap' (Arch).";

    private const string GainNetRaw =
        "Run PowerShell with the capability for as long as it is needed: 'sudo pwsh'; or "
        + "'sudo setpriv --reuid $(id -u) --regid $(id -g) --init-groups --inh-caps +net_raw --ambient-caps +net_raw pwsh' to stay yourself; "
        + "a systemd service takes 'AmbientCapabilities=CAP_NET_RAW', a container '--cap-add=NET_RAW'. "
        + "To name the owners of other users' sockets, CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH are needed too. "
        + "Do not put capabilities on the pwsh file itself (setcap): every script of every user would get them.";

    /// <summary>Whether a failure means that libpcap cannot be loaded; SharpPcap wraps it in type initialisers.</summary>
    public static bool IsLibpcapMissing(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is DllNotFoundException)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>libpcap is not installed.</summary>
    public static ProcNetException LibpcapMissing(Exception cause) =>
        new(ProcNetError.LibpcapNotFound, "libpcap is not installed, so packets cannot be captured.", InstallLibpcap, "libpcap", cause);

    /// <summary>A filter does not compile.</summary>
    public static ProcNetException InvalidFilter(string expression, PcapException cause) =>
        new(
            ProcNetError.InvalidFilter,
            $"The filter '{expression}' is not valid: {cause.Message}.",
            "Filters are written as pcap-filter(7) describes, for example 'tcp port 443' or 'host 192.0.2.1 and not port 22'.",
            expression,
            cause
        );

    /// <summary>No interface has that name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="existing">The interfaces that there are.</param>
    public static ProcNetException InterfaceNotFound(string name, IEnumerable<string> existing) =>
        new(
            ProcNetError.InterfaceNotFound,
            $"There is no network interface '{name}'.",
            $"These exist: {string.Join(", ", existing)}.",
            name
        );

    /// <summary>An interface is down.</summary>
    public static ProcNetException InterfaceDown(string name) =>
        new(
            ProcNetError.InterfaceDown,
            $"The network interface '{name}' is down.",
            $"Bring it up with 'ip link set {name} up', or choose one that is up.",
            name
        );

    /// <summary>The link type is not one that ProcNet decodes.</summary>
    public static ProcNetException UnknownLinkType(string name, int linkType) =>
        new(
            ProcNetError.UnknownLinkType,
            $"The interface '{name}' is of link type {linkType}, which ProcNet cannot decode.",
            "Choose an interface that carries IP over Ethernet, PPP or 802.11, or as raw packets.",
            name
        );

    /// <summary>The capture broke, or could not be opened, for a reason that libpcap gave.</summary>
    public static ProcNetException Failed(string name, string reason, Exception? cause = null) =>
        new(
            ProcNetError.CaptureFailed,
            $"Capturing on the interface '{name}' failed: {reason}.",
            "Check the interface with 'ip link', and start the capture again.",
            name,
            cause
        );

    /// <summary>pcap_activate failed.</summary>
    /// <param name="name">The interface.</param>
    /// <param name="exception">What SharpPcap threw; of libpcap's reason it keeps the number only.</param>
    /// <param name="words">libpcap's own words (pcap_geterr), where there are any.</param>
    /// <param name="existing">The interfaces that there are.</param>
    public static ProcNetException CannotOpen(string name, PcapException exception, string words, IReadOnlyList<LinkInterface> existing) =>
        exception.Error switch
        {
            PcapError.PermissionDenied or PcapError.PromiscuousPermissionDenied => new ProcNetException(
                ProcNetError.CapturePermissionDenied,
                $"You may not capture on '{name}': the capability CAP_NET_RAW is missing ({NotEmpty(words, "permission denied")}).",
                GainNetRaw,
                name,
                exception
            ),
            PcapError.NoSuchDevice => InterfaceNotFound(name, existing.Select(link => link.Name)),
            PcapError.InterfaceNotUp => InterfaceDown(name),
            _ when ShortageIn(words) is { } error => ResourceShortage.Of($"Opening '{name}'", error, exception),
            _ => Failed(name, NotEmpty(words, exception.Message), exception),
        };

    /// <summary>The interfaces cannot be listed.</summary>
    public static ProcNetException CannotList(PcapException exception) =>
        ShortageIn(exception.Message) is { } error
            ? ResourceShortage.Of("Listing the interfaces", error, exception)
            : new ProcNetException(
                ProcNetError.CaptureFailed,
                $"libpcap cannot list the network interfaces: {exception.Message}.",
                "Look whether 'ip link' works for this user.",
                null,
                exception
            );

    // libpcap gives the number in words only.
    private static int? ShortageIn(string words)
    {
        foreach (int error in (ReadOnlySpan<int>)[Errno.EMFILE, Errno.ENFILE, Errno.ENOMEM, Errno.ENOBUFS])
        {
            if (words.Contains(Marshal.GetPInvokeErrorMessage(error), StringComparison.OrdinalIgnoreCase))
            {
                return error;
            }
        }

        return null;
    }

    private static string NotEmpty(string words, string otherwise) => string.IsNullOrWhiteSpace(words) ? otherwise : words;
}
