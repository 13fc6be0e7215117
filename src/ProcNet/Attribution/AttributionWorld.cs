using ProcNet.Addresses;
using ProcNet.Flows;

namespace ProcNet.Attribution;

/// <summary>What a snapshot is attributed by.</summary>
internal sealed class AttributionWorld
{
    private readonly IReadOnlyList<TrafficInterface> _interfaces;

    /// <summary>Gathers it.</summary>
    public AttributionWorld(SocketRegister register, NetworkView view, AddressTranslations? translations, FlowSnapshot snapshot)
    {
        Register = register;
        View = view;
        _interfaces = snapshot.Interfaces;
        Translations = translations;
        IsOffline = snapshot.IsOffline;
        ObservationPoints =
            snapshot.Interfaces.Count > 1 || translations is { HasAny: true }
                ? new ObservationPoints(snapshot, view, isOurs: HasOwnSocket, translations: translations)
                : null;
    }

    /// <summary>
    /// Whether a namespace's sockets may be an endpoint of what an interface showed. One that had gone before anybody could look at its
    /// interfaces may, where only the administrator can have made it.
    /// </summary>
    public bool MayClaim(SocketList sockets, int shownOn, AddressValue address) =>
        View.CanReach(shownOn, address, sockets.NetworkNamespace)
        || (
            !View.Reach.WasLookedAt(sockets.NetworkNamespace)
            && sockets.All.Any(static socket => socket.Use is { IsOfHostsNamespace: true })
        );

    /// <summary>Whether an endpoint has exactly its socket in the captured namespace, whatever its address is.</summary>
    private bool HasOwnSocket(FlowKey key) => HasOwnSocket(Attributor.ShownEnd(key, true)) || HasOwnSocket(Attributor.ShownEnd(key, false));

    private bool HasOwnSocket(in FiveTuple end) => Register.FindAnywhere(end)?.Find(View.CaptureNamespace) is { Count: > 0 };

    /// <summary>The index of the interface that showed an entry; 0 where it is not known.</summary>
    public int IndexOf(in FlowKey key) => _interfaces[key.Interface].Index;

    /// <summary>Sockets and their holders.</summary>
    public SocketRegister Register { get; }

    /// <summary>Addresses and interfaces.</summary>
    public NetworkView View { get; }

    /// <summary>Translated addresses; null where they are not followed.</summary>
    public AddressTranslations? Translations { get; }

    /// <summary>Whether the packets came before the sockets were looked at: a savefile.</summary>
    public bool IsOffline { get; }

    /// <summary>Which interface's observation of a packet counts; null where no packet can be seen twice.</summary>
    public ObservationPoints? ObservationPoints { get; }
}
