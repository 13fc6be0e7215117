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
    /// <remarks>
    /// Where it is not mounted (inside of <c>ip netns exec</c>, which gives /sys anew; on systems with version 1 only) it gets a mount of
    /// its own that no path leads to and that ends with its descriptor.
    /// </remarks>
    /// <exception cref="LinuxException">The kernel has none, or it may not be read.</exception>
    public static SafeFileDescriptor Open(string procPath = "/proc")
    {
        if (Find(File.ReadLines($"{procPath}/self/mountinfo")) is { } path)
        {
            SafeFileDescriptor root = LibC.OpenAt(LibC.CurrentDirectory, path, LibC.ReadDirectory);
            return root.IsInvalid ? throw LinuxException.FromLastCall($"open {path}") : root;
        }

        using SafeFileDescriptor context = LibC.FsOpen("cgroup2");
        if (context.IsInvalid || LibC.FsConfigCreate(context) != 0)
        {
            throw LinuxException.FromLastCall("fsopen cgroup2");
        }

        using SafeFileDescriptor mount = LibC.FsMount(context);
        if (mount.IsInvalid)
        {
            throw LinuxException.FromLastCall("fsmount cgroup2");
        }

        // The mount's own descriptor is only a place (O_PATH); the directory opened through it keeps the mount.
        SafeFileDescriptor directory = LibC.OpenAt((int)mount.DangerousGetHandle(), ".", LibC.ReadDirectory);
        return directory.IsInvalid ? throw LinuxException.FromLastCall("open cgroup2") : directory;
    }
}
