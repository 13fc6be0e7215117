using System.Diagnostics;
using ProcNet.Testing;

namespace ProcNet.Pwsh.Tests;

/// <summary>A PowerShell at the prompt of a shell in a real terminal, by tmux.</summary>
internal sealed class TerminalSession : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(40);

    private readonly string _socket = $"procnet-{Guid.NewGuid():N}";

    public TerminalSession(int width, int height)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tmux"), "There is no tmux.");
        Tmux("new-session", "-d", "-x", $"{width}", "-y", $"{height}", "env LANG=C.UTF-8 PS1='shell: ' sh");
        WaitFor("shell:");
        Type($"{Repository.PowerShell} -NoProfile -NoLogo");
        WaitFor("PS ");
        Type($"Import-Module '{Repository.Module}'; function prompt {{ 'ready: ' }}; cls");
        WaitFor("ready:");
    }

    /// <summary>What the terminal shows.</summary>
    public string Text => Tmux("capture-pane", "-p");

    /// <summary>Whether it shows the second buffer, and whether its cursor is there: "0 1" is how it begins.</summary>
    public string State => Tmux("display", "-p", "#{alternate_on} #{cursor_flag}").Trim();

    /// <summary>The PowerShell in it.</summary>
    public int PowerShell
    {
        get
        {
            // pwsh of a dotnet tool is a small program that starts the real one.
            string id = Tmux("display", "-p", "#{pane_pid}").Trim();
            while (
                Run("pgrep", "-P", id).Split('\n')[0] is { Length: > 0 } child
                && !Run("cat", $"/proc/{child}/comm").StartsWith("sh", StringComparison.Ordinal)
            )
            {
                id = child;
            }

            return int.Parse(id, System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Types a line. In two steps: what comes in one go PSReadLine takes as pasted.</summary>
    public void Type(string line)
    {
        Tmux("send-keys", "-l", line);
        Thread.Sleep(400);
        Tmux("send-keys", "Enter");
    }

    /// <summary>Presses a key by tmux's name of it.</summary>
    public void Press(string key) => Tmux("send-keys", key);

    /// <summary>Waits until the terminal shows a text.</summary>
    public string WaitFor(string text) => WaitUntil(() => Text.Contains(text, StringComparison.Ordinal), text);

    /// <summary>Waits until something holds, and gives what the terminal shows.</summary>
    public string WaitUntil(Func<bool> holds, string what)
    {
        Stopwatch watch = Stopwatch.StartNew();
        while (!holds())
        {
            Assert.True(watch.Elapsed < s_limit, $"Not in time: {what}. The terminal ({State}) shows:\n{Text}");
            Thread.Sleep(50);
        }

        return Text;
    }

    public void Dispose() => Tmux("kill-server");

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    private string Tmux(params string[] arguments) => Run("tmux", ["-L", _socket, "-f", "/dev/null", .. arguments]);
}
