namespace ProcNet.Processes;

/// <summary>Whether procfs hides other users' processes from this one (hidepid, proc_pid_mountinfo(5)).</summary>
internal static class HiddenProcesses
{
    private const string Option = "hidepid=";

    /// <summary>The option that hides them; null where all are shown. What a capability exempts from it is not asked.</summary>
    public static string? FindOption(string procPath = "/proc")
    {
        string mounts = Path.Combine(procPath, "self", "mountinfo");
        string? option = File.Exists(mounts)
            ? File.ReadLines(mounts).Select(HiddenBy).LastOrDefault(static found => found is not null)
            : null;
        return option is "0" or "off" ? null : option;
    }

    /// <summary>Whether processes are not shown to this user at all. The first one is there always.</summary>
    public static bool AreSome(string procPath = "/proc") =>
        !Directory.Exists(Path.Combine(procPath, "1")) && FindOption(procPath) is not null;

    /// <summary>What a line of mountinfo says of hidepid where it is that of <c>/proc</c>; an empty text is not possible.</summary>
    private static string? HiddenBy(string line)
    {
        // 22 27 0:21 / /proc rw,relatime - proc proc rw,hidepid=invisible (proc_pid_mountinfo(5))
        string[] fields = line.Split(' ');
        int separator = Array.IndexOf(fields, "-");
        return separator > 4 && fields[4] == "/proc" && fields.Length > separator + 3
            ? fields[separator + 3]
                .Split(',')
                .FirstOrDefault(option => option.StartsWith(Option, StringComparison.Ordinal))
                ?[Option.Length..]
            : null;
    }
}
