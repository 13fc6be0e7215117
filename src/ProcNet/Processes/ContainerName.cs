using System.Buffers;
using ProcNet.Text;

namespace ProcNet.Processes;

/// <summary>The container that a control group path belongs to. Pure: knows nothing of /proc.</summary>
internal static class ContainerName
{
    private const int FullIdLength = 64;
    private const int ShortIdLength = 12;
    private static readonly SearchValues<char> s_hexDigits = SearchValues.Create("0123456789abcdef");

    // The names that runtimes give to a container's systemd scope: <runtime>-<64 hex digits>.scope.
    private static readonly (string Prefix, string Runtime)[] s_scopes =
    [
        ("docker-", "docker"),
        ("libpod-", "podman"),
        ("cri-containerd-", "containerd"),
        ("nerdctl-", "containerd"),
        ("crio-", "crio"),
    ];

    /// <summary>
    /// Finds the container in the text of <c>/proc/&lt;pid&gt;/cgroup</c>: v2's one line, or v1's line for each
    /// controller.
    /// </summary>
    public static string? FromCgroupFile(ReadOnlySpan<char> text)
    {
        foreach (ReadOnlySpan<char> line in text.EnumerateLines())
        {
            // hierarchy:controllers:path (cgroups(7)); a v1 controller name may hold a colon (name=…), a path may too.
            int first = line.IndexOf(':');
            int second = first < 0 ? -1 : line[(first + 1)..].IndexOf(':');
            if (second >= 0 && FromCgroup(line[(first + second + 2)..]) is { } container)
            {
                return container;
            }
        }

        return null;
    }

    /// <summary>Finds the container in one control group path.</summary>
    /// <returns>The runtime and the short id or name (<c>docker:0123456789ab</c>, <c>lxc:web</c>); the innermost where they nest; null
    /// outside of one.</returns>
    public static string? FromCgroup(ReadOnlySpan<char> path)
    {
        string? found = null;
        string parent = "";
        foreach (Range range in path.Split('/'))
        {
            ReadOnlySpan<char> part = path[range];
            found = FromPart(part, parent, path) ?? found;
            parent = part.ToString();
        }

        // Who may make control groups of their own may give them any name.
        return found is null ? null : OutsideText.Sanitize(found);
    }

    private static string? FromPart(ReadOnlySpan<char> part, ReadOnlySpan<char> parent, ReadOnlySpan<char> path)
    {
        ReadOnlySpan<char> name = part.EndsWith(".scope") ? part[..^".scope".Length] : part;
        foreach ((string prefix, string runtime) in s_scopes)
        {
            if (name.StartsWith(prefix) && IsFullId(name[prefix.Length..]))
            {
                return $"{runtime}:{name.Slice(prefix.Length, ShortIdLength)}";
            }
        }

        // The cgroupfs driver: a bare id below a folder that tells the runtime.
        if (IsFullId(name))
        {
            return $"{RuntimeOfFolder(parent, path)}:{name[..ShortIdLength]}";
        }

        // containerd under systemd with a slice of its own: kubepods-pod<uid>.slice:cri-containerd:<id>.
        int colon = name.LastIndexOf(':');
        if (colon > 0 && IsFullId(name[(colon + 1)..]))
        {
            return $"{(name.Contains("crio", StringComparison.Ordinal) ? "crio" : "containerd")}:{name.Slice(colon + 1, ShortIdLength)}";
        }

        return FromMachine(part, parent);
    }

    private static string? FromMachine(ReadOnlySpan<char> part, ReadOnlySpan<char> parent)
    {
        const string Payload = "lxc.payload.";
        const string Nspawn = "systemd-nspawn@";
        const string Machine = "machine-";
        if (part.StartsWith(Payload) && part.Length > Payload.Length)
        {
            return $"lxc:{part[Payload.Length..]}";
        }

        if (parent is "lxc" or "lxc.payload" && part.Length > 0)
        {
            return $"lxc:{part}";
        }

        if (part.StartsWith(Nspawn) && part.EndsWith(".service"))
        {
            return $"nspawn:{Unescape(part[Nspawn.Length..^".service".Length])}";
        }

        if (!parent.SequenceEqual("machine.slice") || !part.StartsWith(Machine) || !part.EndsWith(".scope"))
        {
            return null;
        }

        string machine = Unescape(part[Machine.Length..^".scope".Length]);
        return machine.StartsWith("qemu-", StringComparison.Ordinal) ? null // a virtual machine, from outside
            : machine.StartsWith("lxc-", StringComparison.Ordinal) ? $"lxc:{machine}" // libvirt: lxc-<number>-<name>
            : $"nspawn:{machine}";
    }

    private static string RuntimeOfFolder(ReadOnlySpan<char> parent, ReadOnlySpan<char> path) =>
        parent is "docker" || path.StartsWith("/docker/") ? "docker"
        : parent is "libpod_parent" || path.Contains("/libpod_parent/", StringComparison.Ordinal) ? "podman"
        : path.Contains("kubepods", StringComparison.Ordinal) ? "kubernetes"
        : path.StartsWith("/ecs/") ? "ecs"
        : "container";

    private static bool IsFullId(ReadOnlySpan<char> text) => text.Length == FullIdLength && !text.ContainsAnyExcept(s_hexDigits);

    // systemd writes what may not stand in a unit name as \xNN (systemd-escape(1)).
    private static string Unescape(ReadOnlySpan<char> text)
    {
        var result = new System.Text.StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            if (
                text[i..].StartsWith(@"\x")
                && i + 4 <= text.Length
                && byte.TryParse(text.Slice(i + 2, 2), System.Globalization.NumberStyles.HexNumber, null, out byte value)
            )
            {
                result.Append((char)value);
                i += 3;
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }
}
