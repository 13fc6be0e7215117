using System.Globalization;

namespace ProcNet.Linux;

/// <summary>
/// What this process's clocks are ahead of the machine's own (time_namespaces(7), <c>unshare --time</c>). The kernel's programs read the
/// machine's, this process and its <c>/proc</c> the others.
/// </summary>
internal static class TimeNamespace
{
    private const long Second = 1_000_000_000;
    private static readonly (long Monotonic, long Boottime) s_offsets = ReadOffsets("/proc/self");

    /// <summary>Of CLOCK_MONOTONIC, in nanoseconds.</summary>
    public static long Monotonic => s_offsets.Monotonic;

    /// <summary>Of CLOCK_BOOTTIME, by which processes have their starts, in nanoseconds.</summary>
    public static long Boottime => s_offsets.Boottime;

    /// <summary>Reads the offsets of a process.</summary>
    /// <param name="process">Its folder under <c>/proc</c>.</param>
    public static (long Monotonic, long Boottime) ReadOffsets(string process)
    {
        try
        {
            // The file has those of its children to come (proc_timens_show_offsets), which may be in another one.
            string? own = new FileInfo($"{process}/ns/time").LinkTarget;
            if (own is null || own != new FileInfo($"{process}/ns/time_for_children").LinkTarget)
            {
                return default;
            }

            return ParseOffsets(File.ReadAllText($"{process}/timens_offsets"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            // Before Linux 5.6 there are no time namespaces.
            return default;
        }
    }

    /// <summary>Parses lines of a clock, its seconds and its nanoseconds.</summary>
    public static (long Monotonic, long Boottime) ParseOffsets(string text)
    {
        (long monotonic, long boottime) = (0, 0);
        foreach (string line in text.Split('\n'))
        {
            if (
                line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [string clock, string seconds, string rest]
                && long.TryParse(seconds, CultureInfo.InvariantCulture, out long whole)
                && long.TryParse(rest, CultureInfo.InvariantCulture, out long nanoseconds)
            )
            {
                long offset = (whole * Second) + nanoseconds;
                (monotonic, boottime) = clock switch
                {
                    "monotonic" => (offset, boottime),
                    "boottime" => (monotonic, offset),
                    _ => (monotonic, boottime),
                };
            }
        }

        return (monotonic, boottime);
    }
}
