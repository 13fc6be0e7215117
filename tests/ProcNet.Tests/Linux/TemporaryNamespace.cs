using System.Diagnostics;

namespace ProcNet.Tests.Linux;

/// <summary>A network namespace (<c>ip netns</c>) with its loopback up, and perhaps a process in it, for one test.</summary>
internal sealed class TemporaryNamespace : IDisposable
{
    private readonly string _name = $"pnt{Environment.ProcessId}x{Guid.NewGuid():N}"[..24];
    private Process? _member;

    public TemporaryNamespace()
    {
        Command.Run("ip", "netns", "add", _name);
        Command.Run("ip", "-n", _name, "link", "set", "lo", "up");
    }

    public string Path => $"/run/netns/{_name}";

    /// <summary>Starts a process that stays in the namespace until the end of the test, and gives its id.</summary>
    public int StartMember()
    {
        // ip execs the command, so the id stays the same; it is inside once its namespace link says so.
        _member = Command.Start("ip", "netns", "exec", _name, "sleep", "60");
        string inside = Command.Run("stat", "-Lc", "%i", Path);
        Assert.True(
            SpinWait.SpinUntil(
                () =>
                    File.ReadAllText($"/proc/{_member.Id}/comm") == "sleep\n"
                    && new FileInfo($"/proc/{_member.Id}/ns/net").LinkTarget == $"net:[{inside}]",
                5000
            )
        );
        return _member.Id;
    }

    public void Dispose()
    {
        _member?.Kill();
        _member?.WaitForExit();
        _member?.Dispose();
        Command.Run("ip", "netns", "del", _name);
    }
}
