namespace ProcNet.Audits;

/// <summary>What an audit measures, and what it keeps of it.</summary>
internal sealed record AuditDefinition
{
    /// <summary>Its name: the unit's, without <c>.service</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The program that runs a script of PowerShell, with what stands before the script's arguments.</summary>
    public required IReadOnlyList<string> PowerShell { get; init; }

    /// <summary>The script.</summary>
    public required string Script { get; init; }

    /// <summary>The length of a sample.</summary>
    public required TimeSpan SampleInterval { get; init; }

    /// <summary>How long hours are kept.</summary>
    public required TimeSpan Retention { get; init; }

    /// <summary>How large the history may grow, in bytes.</summary>
    public required long MaximumSize { get; init; }

    /// <summary>How much memory it may use, in bytes.</summary>
    public required long MaximumMemory { get; init; }

    /// <summary>What counts.</summary>
    public TrafficSourceChoice Source { get; init; }

    /// <summary>The file of the network namespace to measure; null for the machine's own.</summary>
    public string? NetworkNamespacePath { get; init; }

    /// <summary>Whether remote addresses are kept.</summary>
    public bool IncludesRemote { get; init; }

    /// <summary>Whether command lines are kept.</summary>
    public bool IncludesCommandLines { get; init; }

    /// <summary>Whether the kernel takes the programs of the kernel feed here: another set of rights then.</summary>
    public required bool HasKernelFeed { get; init; }

    /// <summary>The name of the folder under /var/lib that is the audit's own.</summary>
    public string StateFolder => StateFolderOf(Name);

    /// <summary>The history.</summary>
    public string HistoryPath => $"/var/lib/{StateFolder}/history.db";

    /// <summary>The name of the machine's audit.</summary>
    public const string DefaultName = "procnet-audit";

    /// <summary>
    /// The capabilities without which something is missing, found by taking one away after the other. With the kernel feed nobody's
    /// descriptors need be listed, so that no file's mode has to be overridden; CAP_SYS_PTRACE is for the paths of executables. Without it
    /// owners are found in other users' descriptors.
    /// </summary>
    public IReadOnlyList<string> Capabilities =>
        HasKernelFeed
            ? ["CAP_NET_RAW", "CAP_NET_ADMIN", "CAP_BPF", "CAP_PERFMON", "CAP_SYS_PTRACE"]
            : ["CAP_NET_RAW", "CAP_NET_ADMIN", "CAP_SYS_PTRACE", "CAP_DAC_READ_SEARCH"];

    /// <summary>The name of an audit's folder under /var/lib.</summary>
    public static string StateFolderOf(string name) => name == DefaultName ? "procnet" : name;

    /// <summary>The program and its arguments.</summary>
    public IReadOnlyList<string> Command
    {
        get
        {
            List<string> command =
            [
                .. PowerShell,
                "-NoProfile",
                "-NonInteractive",
                "-File",
                Script,
                "-Path",
                HistoryPath,
                "-SampleInterval",
                $"{Text(SampleInterval.TotalSeconds)}s",
                "-Retention",
                $"{Text(Retention.TotalSeconds)}s",
                "-MaximumSize",
                Text(MaximumSize),
                "-Source",
                Source.ToString(),
            ];
            if (IncludesRemote)
            {
                command.Add("-IncludeRemote");
            }

            if (IncludesCommandLines)
            {
                command.Add("-IncludeCommandLine");
            }

            return command;
        }
    }

    private static string Text(IFormattable number) => number.ToString(null, System.Globalization.CultureInfo.InvariantCulture);
}
