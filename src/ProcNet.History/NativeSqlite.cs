using System.Runtime.InteropServices;
using SQLitePCL;

namespace ProcNet.History.Storage;

/// <summary>Finds the SQLite library that comes with the module: one for each kind of machine, in a folder of its name.</summary>
internal static class NativeSqlite
{
    private static readonly Lock s_gate = new();
    private static bool s_isRegistered;

    /// <summary>Has the library be found. Idempotent.</summary>
    public static void Register()
    {
        lock (s_gate)
        {
            if (!s_isRegistered)
            {
                NativeLibrary.SetDllImportResolver(
                    typeof(SQLite3Provider_e_sqlite3).Assembly,
                    static (name, assembly, searchPath) =>
                    {
                        string kind = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal)
                            ? "linux-musl"
                            : "linux";
                        string path = Path.Combine(
                            Path.GetDirectoryName(typeof(NativeSqlite).Assembly.Location)!,
                            $"{kind}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}",
                            $"lib{name}.so"
                        );
                        return File.Exists(path) ? NativeLibrary.Load(path) : NativeLibrary.Load(name, assembly, searchPath);
                    }
                );
                s_isRegistered = true;
            }
        }
    }
}
