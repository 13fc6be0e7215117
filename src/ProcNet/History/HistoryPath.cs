namespace ProcNet.History;

/// <summary>Where a history stands if nobody says where.</summary>
internal static class HistoryPath
{
    /// <summary>The machine's own.</summary>
    public const string OfMachine = "/var/lib/procnet/history.db";

    /// <summary>Where this user writes: root the machine's own, others one in their data folder.</summary>
    public static string ToWrite => Environment.IsPrivilegedProcess ? OfMachine : OfUser;

    /// <summary>Where this user reads: the one it writes, or the machine's where it has none of its own.</summary>
    public static string ToRead => !File.Exists(ToWrite) && File.Exists(OfMachine) ? OfMachine : ToWrite;

    private static string OfUser =>
        Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "procnet",
            "history.db"
        );
}
