using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace ProcNet.Screen;

/// <summary>
/// Gives the terminal back where PowerShell is killed (SIGKILL) and cannot do it itself: a shell that waits at a pipe, which the kernel
/// closes then.
/// </summary>
internal sealed class TerminalGuard : IDisposable
{
    // Told to go, it goes. The signals that the terminal sends to all in the foreground are not for it. stty: PowerShell has switched off
    // echo and lines.
    private const string Script = """
        trap '' INT QUIT HUP TERM TSTP
        if read -r word; then exit 0; fi
        [ -t 3 ] || exit 0
        printf "$1" >&3
        stty sane <&3 2>/dev/null
        """;

    private readonly Process? _shell;

    /// <summary>Starts the shell.</summary>
    /// <param name="leaveSequence">What gives the terminal back.</param>
    public TerminalGuard(string leaveSequence)
    {
        string octal = string.Concat(
            leaveSequence.Select(character => string.Create(CultureInfo.InvariantCulture, $"\\{Convert.ToString(character, 8)}"))
        );
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec 3<>/dev/tty 2>/dev/null || exit 0\n" + Script, "procnet-screen", octal])
        {
            // All three: a child that shares the terminal has .NET give it echo and lines.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        try
        {
            _shell = Process.Start(start);
        }
        catch (Win32Exception)
        {
            // A system without a shell: then only a kill that cannot be caught leaves the picture.
        }
    }

    /// <summary>Sends it away. What it may have done or not does not matter any more.</summary>
    public void Dispose()
    {
        if (_shell is null)
        {
            return;
        }

        try
        {
            _shell.StandardInput.WriteLine("bye");
            _shell.StandardInput.Close();
        }
        catch (IOException)
        {
            // It was ended by somebody else.
        }

        _shell.Dispose();
    }
}
