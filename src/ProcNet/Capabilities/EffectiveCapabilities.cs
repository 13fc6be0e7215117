using System.Globalization;

namespace ProcNet.Capabilities;

/// <summary>The capabilities that this process has in effect (CapEff of <c>/proc/self/status</c>, proc_pid_status(5)).</summary>
/// <param name="mask">One bit for each capability.</param>
internal readonly struct EffectiveCapabilities(ulong mask)
{
    private const string Field = "CapEff:";

    /// <summary>Reads them; none where the file does not show them.</summary>
    /// <param name="procPath">Where procfs is mounted.</param>
    public static EffectiveCapabilities Read(string procPath)
    {
        string status = Path.Combine(procPath, "self", "status");
        if (File.Exists(status))
        {
            foreach (string line in File.ReadLines(status))
            {
                if (
                    line.StartsWith(Field, StringComparison.Ordinal)
                    && ulong.TryParse(
                        line.AsSpan(Field.Length).Trim(),
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture,
                        out ulong mask
                    )
                )
                {
                    return new EffectiveCapabilities(mask);
                }
            }
        }

        return default;
    }

    /// <summary>Whether a capability is in effect.</summary>
    public bool Has(LinuxCapability capability) => (mask >> (int)capability & 1) != 0;
}
