using System.ComponentModel;
using System.Diagnostics;

namespace ProcNet.Audits;

/// <summary>The systemd that runs this machine.</summary>
internal sealed class Systemd : IServiceManager
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    /// <inheritdoc/>
    public bool IsRunning => Directory.Exists("/run/systemd/system"); // sd_booted(3)

    /// <inheritdoc/>
    public string UnitFolder => "/etc/systemd/system";

    /// <inheritdoc/>
    public string StateFolder => "/var/lib";

    /// <inheritdoc/>
    public string Call(params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("systemctl", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        try
        {
            using Process process = Process.Start(start)!;
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(s_patience))
            {
                process.Kill();
                throw Failed(arguments, $"it has not ended within {s_patience.TotalSeconds} seconds", null);
            }

            return process.ExitCode == 0
                ? output.Result
                : throw Failed(arguments, error.Result.Trim() is { Length: > 0 } text ? text : $"exit code {process.ExitCode}", null);
        }
        catch (Win32Exception e)
        {
            throw Failed(arguments, e.Message, e);
        }
    }

    private static ProcNetException Failed(IReadOnlyList<string> arguments, string reason, Exception? cause) =>
        new(
            ProcNetError.ServiceManagerFailed,
            $"'systemctl {string.Join(' ', arguments)}' failed: {reason}",
            "Run as root. 'journalctl -u NAME' shows what a unit has written, 'systemctl status NAME' its state.",
            null,
            cause
        );
}
