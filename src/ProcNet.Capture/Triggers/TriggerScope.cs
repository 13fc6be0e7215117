namespace ProcNet.Capture.Triggers;

/// <summary>Which first packets the trigger looks out for.</summary>
/// <param name="Datagrams">Whether it looks at UDP, UDP-Lite and echo requests; at TCP's SYN and SCTP's INIT it always looks.</param>
/// <param name="Excluded">Busy UDP conversations that it leaves out.</param>
internal sealed record TriggerScope(bool Datagrams, IReadOnlyList<PortPair> Excluded)
{
    /// <summary>Everything.</summary>
    public static TriggerScope Full { get; } = new(true, []);

    /// <summary>Connections only.</summary>
    public static TriggerScope Connections { get; } = new(false, []);
}
