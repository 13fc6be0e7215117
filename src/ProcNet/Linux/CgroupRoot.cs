using ProcNet.Linux.Native;

namespace ProcNet.Linux;

/// <summary>
/// Where the hierarchy of control groups version 2 is mounted: <c>/sys/fs/cgroup</c>, or <c>/sys/fs/cgroup/unified</c> beside
/// version 1 (cgroups(7)).
/// </summary>
internal static class CgroupRoot
{
    /// <summary>Finds it in the text of <c>/proc/self/mountinfo</c>; null where it is not mounted.</summary>
    public static string? Find(IEnumerable<string> mountInfo)
    {
        foreach (string line in mountInfo)
        {
            // 41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw (proc_pid_mountinfo(5))
            string[] fields = line.Split(' ');
            int separator = Array.IndexOf(fields, "-");
            if (separator > 4 && fields.Length > separator + 1 && fields[separator + 1] == "cgroup2" && fields[3] == "/")
            {
                return fields[4];
            }
        }

        return null;
    }

    /// <summary>Opens it.</summary>
    /// <exception cref="LinuxException">It is not mounted, or may not be read.</exception>
    public static SafeFileDescriptor Open(string procPath = "/proc")
    {
        string path = Find(File.ReadLines($"{procPath}/self/mountinfo")) ?? throw new LinuxException("cgroup2 mount", Errno.NoEntry);
        SafeFileDescriptor root = LibC.OpenAt(LibC.CurrentDirectory, path, LibC.ReadDirectory);
        return root.IsInvalid ? throw LinuxException.FromLastCall($"open {path}") : root;
    }
}
