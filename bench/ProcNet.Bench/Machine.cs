namespace ProcNet.Bench;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    /// <summary>Prints it.</summary>
    public static void Describe(TextWriter output)
    {
        string processor =
            File.ReadLines("/proc/cpuinfo")
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':')[1]
                .Trim()
            ?? "unknown processor";
        string kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        output.WriteLine(
            FormattableString.Invariant(
                $"{DateTime.Now:yyyy-MM-dd}, {processor}, {Environment.ProcessorCount} processors, kernel {kernel}, .NET {Environment.Version}\n"
            )
        );
        string load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        output.WriteLine($"Load at the start: {load}. CPU is user and system time; median of alternating rounds.\n");
    }
}
