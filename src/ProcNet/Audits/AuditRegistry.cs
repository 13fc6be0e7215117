using System.Globalization;

#pragma warning disable CA1416 // Modes of files: not on Windows, and neither is this.

namespace ProcNet.Audits;

/// <summary>The audits of this machine: units in an administrator's folder.</summary>
/// <param name="manager">systemd.</param>
internal sealed class AuditRegistry(IServiceManager manager)
{
    private const UnixFileMode UnitMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const string Asked = "ActiveState,MainPID,StateChangeTimestamp,MemoryCurrent,CPUUsageNSec,NRestarts";

    /// <summary>The file of an audit's unit.</summary>
    public string PathOf(string name) => Path.Combine(manager.UnitFolder, name + ".service");

    /// <summary>
    /// Writes the unit, and starts it, now and at each boot. One that is there is replaced only where it is an audit and that is
    /// asked for.
    /// </summary>
    /// <exception cref="ProcNetException">There is one of the name, the file cannot be written, or systemd refuses.</exception>
    public void Register(AuditDefinition audit, bool replace)
    {
        string path = PathOf(audit.Name);
        bool isThere = File.Exists(path);
        if (isThere && (!replace || AuditUnit.Read(File.ReadAllText(path)) is null))
        {
            throw new ProcNetException(
                ProcNetError.FileExists,
                $"There is a unit '{audit.Name}' already: '{path}'.",
                "Give another -Name, or -Force to replace an audit. A unit that is no audit is never replaced.",
                path
            );
        }

        WriteFile(path, AuditUnit.Write(audit));
        try
        {
            manager.Call("daemon-reload");
            manager.Call("enable", audit.Name + ".service");
        }
        catch (ProcNetException) when (!isThere)
        {
            // Nothing was registered, then.
            File.Delete(path);
            throw;
        }

        // Also where it runs: as it was written now.
        manager.Call("restart", audit.Name + ".service");
    }

    /// <summary>Lists audits.</summary>
    public IEnumerable<TrafficAudit> List()
    {
        if (!Directory.Exists(manager.UnitFolder))
        {
            yield break;
        }

        foreach (string path in Directory.GetFiles(manager.UnitFolder, "*.service").Order(StringComparer.Ordinal))
        {
            if (TryRead(path) is { } text && AuditUnit.Read(text) is { } unit)
            {
                yield return Describe(path, unit);
            }
        }
    }

    /// <summary>Stops an audit and removes its unit; its history stays unless it is to go too.</summary>
    /// <exception cref="ProcNetException">The file cannot be removed, or systemd refuses.</exception>
    public void Unregister(TrafficAudit audit, bool removeHistory)
    {
        string unit = audit.Name + ".service";
        manager.Call("disable", "--now", unit);
        if (removeHistory)
        {
            RemoveState(audit);
        }

        try
        {
            File.Delete(audit.UnitPath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Denied(audit.UnitPath, e);
        }

        manager.Call("daemon-reload");
    }

    /// <summary>
    /// Removes the audit's folder: a link to one that only root can enter, since the user is made for the time that the service runs
    /// (systemd.exec(5), DynamicUser=). Not by 'systemctl clean', which takes D-Bus.
    /// </summary>
    private void RemoveState(TrafficAudit audit)
    {
        string name = AuditDefinition.StateFolderOf(audit.Name);
        string folder = Path.Combine(manager.StateFolder, name);
        string hidden = Path.Combine(manager.StateFolder, "private", name);
        try
        {
            if (new FileInfo(folder).LinkTarget is not null)
            {
                File.Delete(folder);
            }
            else if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            if (Directory.Exists(hidden))
            {
                Directory.Delete(hidden, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Denied(folder, e);
        }
    }

    private static void WriteFile(string path, string text)
    {
        string fresh = path + ".new";
        try
        {
            // Whole or not at all: systemd may read the folder at any moment.
            using (
                var file = new FileStream(
                    fresh,
                    new FileStreamOptions
                    {
                        Mode = FileMode.Create,
                        Access = FileAccess.Write,
                        UnixCreateMode = UnitMode,
                    }
                )
            )
            using (var writer = new StreamWriter(file))
            {
                writer.Write(text);
            }

            File.Move(fresh, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Denied(path, e);
        }
    }

    private static ProcNetException Denied(string path, Exception cause) =>
        new(
            ProcNetError.FileAccessDenied,
            $"'{path}' cannot be written: {cause.Message}",
            "Units of the machine are root's: run as root.",
            path,
            cause
        );

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A link of a unit that is masked, gone meanwhile, or not for this user: none of ours.
            return null;
        }
    }

    private TrafficAudit Describe(string path, (string History, string? NetworkNamespace) unit)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        Dictionary<string, string> said = [];
        if (manager.IsRunning)
        {
            foreach (string line in manager.Call("show", name + ".service", "--property=" + Asked).Split('\n'))
            {
                int equals = line.IndexOf('=', StringComparison.Ordinal);
                if (equals > 0)
                {
                    said[line[..equals]] = line[(equals + 1)..].Trim();
                }
            }
        }

        return new TrafficAudit
        {
            Name = name,
            State = said.GetValueOrDefault("ActiveState", "unknown"),
            Path = unit.History,
            UnitPath = path,
            NetworkNamespace = unit.NetworkNamespace,
            ProcessId = Number("MainPID") is > 0 and long id ? (int)id : null,
            Since = said.GetValueOrDefault("StateChangeTimestamp") is { Length: > 0 } since ? since : null,
            MemoryBytes = Number("MemoryCurrent"),
            ProcessorTime = Number("CPUUsageNSec") is long nanoseconds ? TimeSpan.FromTicks(nanoseconds / 100) : null,
            RestartCount = Number("NRestarts") ?? 0,
        };

        // "[not set]", and 2^64-1 of older versions, are no numbers here.
        long? Number(string key) =>
            long.TryParse(said.GetValueOrDefault(key), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
    }
}
