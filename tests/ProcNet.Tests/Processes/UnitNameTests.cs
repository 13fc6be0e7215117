using ProcNet.Processes;

namespace ProcNet.Tests.Processes;

public sealed class UnitNameTests
{
    private const string Id = "3f5c0d1e2b4a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

    [Theory]
    [InlineData("/system.slice/ssh.service", "ssh.service", "system.slice")]
    [InlineData("/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service", "system-getty.slice")]
    [InlineData("/user.slice/user-1000.slice/session-2.scope", "session-2.scope", "user-1000.slice")]
    // A user's service manager has units and slices of its own; its own process is in its own service
    [InlineData("/user.slice/user-1000.slice/user@1000.service/app.slice/app-firefox-12.scope", "app-firefox-12.scope", "app.slice")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/dbus.service", "dbus.service", "user-1000.slice")]
    [InlineData("/user.slice/user-1000.slice/user@1000.service/init.scope", "user@1000.service", "user-1000.slice")]
    // What a unit makes below itself is its own affair
    [InlineData("/system.slice/docker.service/worker/x.service", "docker.service", "system.slice")]
    [InlineData($"/system.slice/docker-{Id}.scope/system.slice/nginx.service", $"docker-{Id}.scope", "system.slice")]
    [InlineData("/init.scope", "init.scope", "-.slice")]
    [InlineData("/../../system.slice/ssh.service", "ssh.service", "system.slice")]
    [InlineData("/system.slice/_cpu.service", "cpu.service", "system.slice")]
    [InlineData("/system.slice/a\u001b.service", "a?.service", "system.slice")]
    // A slice without a unit, and nothing of systemd's
    [InlineData("/user.slice", null, "user.slice")]
    [InlineData($"/docker/{Id}", null, null)]
    [InlineData("/", null, null)]
    [InlineData("/.service", null, null)]
    public void Real_paths(string path, string? unit, string? slice) => Assert.Equal((unit, slice), UnitName.FromCgroup(path));

    [Theory]
    [InlineData("0::/system.slice/ssh.service\n", "ssh.service", "system.slice")]
    [InlineData("12:cpu,cpuacct:/\n1:name=systemd:/system.slice/cron.service\n0::/\n", "cron.service", "system.slice")]
    [InlineData(
        "12:cpu,cpuacct:/\n1:name=systemd:/system.slice/cron.service\n0::/system.slice/cron.service\n",
        "cron.service",
        "system.slice"
    )]
    [InlineData("0::/\n", null, null)]
    [InlineData("", null, null)]
    [InlineData("garbage\n", null, null)]
    public void Whole_files_of_version_1_and_2(string text, string? unit, string? slice) =>
        Assert.Equal((unit, slice), UnitName.FromCgroupFile(text));
}
