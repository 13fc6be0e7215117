using ProcNet.Text;

namespace ProcNet.Processes;

/// <summary>The systemd unit and slice that a control group path belongs to. Pure: knows nothing of /proc.</summary>
/// <remarks>
/// As systemd reads such a path (<c>cg_path_get_unit</c>, src/basic/cgroup-util.c): slices first, then the unit; what a unit makes below
/// itself is its own affair. A user's service manager (<c>user@1000.service</c>) has units of its own: the innermost is the answer there,
/// as <c>systemctl --user</c> has it.
/// </remarks>
internal static class UnitName
{
    private const string RootSlice = "-.slice";
    private const string SliceSuffix = ".slice";
    private const string ManagerScope = "init.scope";
    private static readonly string[] s_unitSuffixes = [".service", ".scope", ".socket", ".mount", ".swap"];

    /// <summary>
    /// Finds unit and slice in the text of <c>/proc/&lt;pid&gt;/cgroup</c>: v2's one line, else v1's hierarchy of
    /// systemd.
    /// </summary>
    /// <returns>Both null where systemd does not run the process.</returns>
    public static (string? Unit, string? Slice) FromCgroupFile(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<char> ofVersion1 = default;
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            // hierarchy:controllers:path (cgroups(7)). Where v1 and v2 stand side by side systemd is in both.
            if (line.StartsWith("0::/") && line.Length > "0::/".Length)
            {
                return FromCgroup(line["0::".Length..]);
            }

            int systemd = line.IndexOf(":name=systemd:");
            if (systemd >= 0)
            {
                ofVersion1 = line[(systemd + ":name=systemd:".Length)..];
            }
        }

        return FromCgroup(ofVersion1);
    }

    /// <summary>Finds unit and slice in one control group path.</summary>
    public static (string? Unit, string? Slice) FromCgroup(ReadOnlySpan<char> path)
    {
        string? unit = null;
        string? slice = null;
        string? innerSlice = null;
        foreach (Range range in path.Split('/'))
        {
            // A name that the kernel could take for a file of its own has an underscore before it (cg_escape).
            ReadOnlySpan<char> part = path[range].TrimStart('_');
            if (part.IsEmpty || part is "..")
            {
                continue;
            }

            if (part.EndsWith(SliceSuffix))
            {
                innerSlice = part.ToString();
            }
            else if (IsUnit(part) && !(unit is not null && part is ManagerScope))
            {
                unit = part.ToString();
                slice = innerSlice ?? slice;
                innerSlice = null;
                if (!IsUserManager(part))
                {
                    break;
                }
            }
            else
            {
                break;
            }
        }

        // A process outside of any unit has the slice that it stands in: none below the root.
        slice ??= unit is null ? innerSlice : RootSlice;
        return (unit is null ? null : OutsideText.Sanitize(unit), slice is null ? null : OutsideText.Sanitize(slice));
    }

    private static bool IsUnit(ReadOnlySpan<char> part)
    {
        foreach (string suffix in s_unitSuffixes)
        {
            if (part.EndsWith(suffix) && part.Length > suffix.Length)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsUserManager(ReadOnlySpan<char> part) => part.StartsWith("user@") && part.EndsWith(".service");
}
