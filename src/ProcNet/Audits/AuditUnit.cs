using System.Globalization;
using System.Text;

namespace ProcNet.Audits;

/// <summary>Writes an audit as a unit of systemd, and as a line for others.</summary>
internal static class AuditUnit
{
    /// <summary>The section that systemd does not read, and by which audits are known.</summary>
    public const string OwnSection = "[X-ProcNet]";

    /// <summary>The exit code of an audit whose history another process writes: to start it again would not help.</summary>
    public const int HistoryInUseExitCode = 3;

    /// <summary>The unit (systemd.service(5), systemd.exec(5)).</summary>
    public static string Write(AuditDefinition audit)
    {
        string capabilities = string.Join(' ', audit.Capabilities);
        string bpf = audit.HasKernelFeed ? " bpf" : "";
        string networkNamespace = audit.NetworkNamespacePath is { } path ? $"\nNetworkNamespacePath={Escape(path)}" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # Written by Register-TrafficAudit; Unregister-TrafficAudit -Name {audit.Name} removes it.
            [Unit]
            Description=ProcNet: a history of which process uses the network ({audit.Name})
            Documentation=https://github.com/ProcNet/ProcNet/blob/main/docs/history.md
            StartLimitIntervalSec=0

            {OwnSection}
            History={audit.HistoryPath}
            NetworkNamespace={audit.NetworkNamespacePath}

            [Service]
            Type=exec
            ExecStart={string.Join(' ', audit.Command.Select(Quote))}
            # SIGTERM ends the sample in progress and writes it.
            SuccessExitStatus=143
            Restart=always
            RestartSec=10
            RestartPreventExitStatus={HistoryInUseExitCode}
            TimeoutStopSec=30
            Environment=HOME=/var/lib/{audit.StateFolder} TMPDIR=/tmp NO_COLOR=1 DOTNET_EnableDiagnostics=0 DOTNET_TieredPGO=0 DOTNET_GCConserveMemory=5
            Environment=POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off PSModuleAnalysisCachePath=/dev/null{networkNamespace}

            # A user of its own, and a folder that is that user's alone.
            DynamicUser=yes
            StateDirectory={audit.StateFolder}
            StateDirectoryMode=0700
            UMask=0077
            MemoryMax={audit.MaximumMemory}
            LimitMEMLOCK=infinity

            # What measuring takes, and nothing else.
            AmbientCapabilities={capabilities}
            CapabilityBoundingSet={capabilities}
            NoNewPrivileges=yes
            RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_PACKET
            IPAddressDeny=any
            SystemCallArchitectures=native
            SystemCallFilter=@system-service
            SystemCallFilter=~@privileged @resources
            # .NET does not start without the first of these.
            SystemCallFilter=sched_setaffinity{bpf}
            SystemCallErrorNumber=EPERM
            ProtectSystem=strict
            ProtectHome=yes
            PrivateTmp=yes
            PrivateDevices=yes
            DevicePolicy=closed
            PrivateMounts=yes
            # With CAP_SYS_PTRACE these are all: what the service might start without it sees none.
            ProtectProc=ptraceable
            ProtectKernelTunables=yes
            ProtectKernelModules=yes
            ProtectKernelLogs=yes
            ProtectControlGroups=yes
            ProtectClock=yes
            ProtectHostname=yes
            LockPersonality=yes
            RestrictNamespaces=yes
            RestrictRealtime=yes
            RestrictSUIDSGID=yes
            RemoveIPC=yes
            KeyringMode=private
            NotifyAccess=none

            [Install]
            WantedBy=multi-user.target

            """
        );
    }

    /// <summary>
    /// The same for a machine without systemd: the user that it needs, and a line of cron's. As far as these can restrict
    /// it.
    /// </summary>
    public static string WriteCronLine(AuditDefinition audit)
    {
        string capabilities = string.Join(',', audit.Capabilities.Select(static name => "+" + name["CAP_".Length..].ToLowerInvariant()));
        string folder = $"/var/lib/{audit.StateFolder}";
        string inside = audit.NetworkNamespacePath is { } path ? $"nsenter --net={QuoteForShell(path)} " : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # Once: useradd --system --home-dir {folder} --create-home --shell /usr/sbin/nologin {audit.Name} && chmod 700 {folder}
            # The line of /etc/cron.d/{audit.Name}; for a supervisor, what stands behind 'root'.
            @reboot root {inside}setpriv --reuid={audit.Name} --regid={audit.Name} --clear-groups --inh-caps=-all,{capabilities} --ambient-caps=-all,{capabilities} --bounding-set=-all,{capabilities} --no-new-privs env HOME={folder} NO_COLOR=1 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off {string.Join(
                ' ',
                audit.Command.Select(QuoteForShell)
            )}
            """
        );
    }

    /// <summary>Reads what a unit says of an audit; null where it is none.</summary>
    public static (string History, string? NetworkNamespace)? Read(string unit)
    {
        if (!unit.Contains("\n" + OwnSection + "\n", StringComparison.Ordinal))
        {
            return null;
        }

        return (Value(unit, "History") ?? "", Value(unit, "NetworkNamespace") is { Length: > 0 } path ? path : null);
    }

    private static string? Value(string unit, string key) =>
        unit.Split('\n').FirstOrDefault(line => line.StartsWith(key + "=", StringComparison.Ordinal))?[(key.Length + 1)..];

    // systemd.service(5), "Command lines": specifiers and variables are taken from quoted words too.
    private static string Quote(string word)
    {
        string escaped = Escape(word).Replace("$", "$$", StringComparison.Ordinal);
        return word.Length > 0 && word.All(static c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '%')
            ? escaped
            : $"\"{escaped.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
    }

    private static string Escape(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    private static string QuoteForShell(string word)
    {
        var text = new StringBuilder();
        foreach (char c in word)
        {
            text.Append(
                char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' ? $"{c}"
                : c == '\'' ? "\"'\""
                : $"'{c}'"
            );
        }

        // A percent sign ends the command in a crontab, also within quotes.
        return text.ToString().Replace("%", "\\%", StringComparison.Ordinal).Replace("''", "", StringComparison.Ordinal);
    }
}
