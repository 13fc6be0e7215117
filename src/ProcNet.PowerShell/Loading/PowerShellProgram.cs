using System.Management.Automation;

#pragma warning disable CA1416 // Modes of files: not on Windows, and neither is this.

namespace ProcNet.PowerShell.Loading;

/// <summary>The PowerShell and the module that run here, as a service can run them.</summary>
/// <param name="Command">The program, with what stands before the arguments of pwsh.</param>
/// <param name="AuditScript">The module's script that an audit runs.</param>
internal sealed record PowerShellProgram(IReadOnlyList<string> Command, string AuditScript)
{
    // Hidden from a service, or gone when somebody logs out.
    private static readonly string[] s_private = ["/root/", "/home/", "/run/user/", "/tmp/", "/var/tmp/"];

    /// <summary>Those of this process.</summary>
    public static PowerShellProgram Here()
    {
        string program = Environment.ProcessPath ?? "/usr/bin/pwsh";
        string host = Path.Combine(Path.GetDirectoryName(typeof(PSObject).Assembly.Location)!, "pwsh.dll");

        // A dotnet tool and pwsh started by dotnet: the program is dotnet's.
        IReadOnlyList<string> command = Path.GetFileName(program) == "dotnet" && File.Exists(host) ? [program, host] : [program];
        return new PowerShellProgram(
            command,
            Path.Combine(Path.GetDirectoryName(typeof(PowerShellProgram).Assembly.Location)!, "audit.ps1")
        );
    }

    /// <summary>What of it another user may not read; null where all of it can be read.</summary>
    public string? FindUnreadable()
    {
        foreach (string path in Command.Append(AuditScript))
        {
            if (Array.Exists(s_private, folder => path.StartsWith(folder, StringComparison.Ordinal)))
            {
                return path;
            }

            for (string? part = path; part is not null; part = Path.GetDirectoryName(part))
            {
                UnixFileMode needed = File.Exists(part) ? UnixFileMode.OtherRead : UnixFileMode.OtherExecute;
                if ((File.GetUnixFileMode(part) & needed) == 0)
                {
                    return path;
                }
            }
        }

        return null;
    }
}
