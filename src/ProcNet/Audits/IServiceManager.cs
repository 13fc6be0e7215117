namespace ProcNet.Audits;

/// <summary>What audits ask of systemd.</summary>
internal interface IServiceManager
{
    /// <summary>Whether it runs this machine.</summary>
    bool IsRunning { get; }

    /// <summary>The folder of an administrator's units.</summary>
    string UnitFolder { get; }

    /// <summary>The folder in which services keep their state.</summary>
    string StateFolder { get; }

    /// <summary>Calls systemctl.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it wrote.</returns>
    /// <exception cref="ProcNetException">It failed; the message is its own.</exception>
    string Call(params IReadOnlyList<string> arguments);
}
