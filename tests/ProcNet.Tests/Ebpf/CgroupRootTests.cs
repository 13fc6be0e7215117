using ProcNet.Linux;
using ProcNet.Linux.Native;
using ProcNet.Tests.Linux;

namespace ProcNet.Tests.Ebpf;

public sealed class CgroupRootTests
{
    [Theory]
    [InlineData("41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw", "/sys/fs/cgroup/unified")]
    [InlineData("30 24 0:26 / /sys/fs/cgroup rw,nosuid shared:9 master:2 - cgroup2 cgroup2 rw,nsdelegate", "/sys/fs/cgroup")]
    [InlineData("32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu", null)]
    [InlineData("50 40 0:26 /user.slice /mnt/part rw - cgroup2 cgroup2 rw", null)]
    [InlineData("22 27 0:21 / /proc rw - proc proc rw", null)]
    public void It_is_where_the_whole_hierarchy_of_version_2_is_mounted(string line, string? path) =>
        Assert.Equal(path, CgroupRoot.Find(["20 1 8:1 / / rw - ext4 /dev/sda1 rw", line]));

    [Fact]
    public void Where_it_is_not_mounted_it_is_opened_all_the_same()
    {
        string folder = Directory.CreateTempSubdirectory("procnet-proc-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "self"));
        File.WriteAllText(Path.Combine(folder, "self", "mountinfo"), "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n");
        string mounts = File.ReadAllText("/proc/self/mountinfo");

        using (SafeFileDescriptor root = CgroupRoot.Open(folder))
        {
            string files = Command.Run("ls", $"/proc/{Environment.ProcessId}/fd/{(int)root.DangerousGetHandle()}/");
            Assert.Contains("cgroup.procs", files, StringComparison.Ordinal);
        }

        Assert.Equal(mounts, File.ReadAllText("/proc/self/mountinfo"));
        Directory.Delete(folder, true);
    }
}
