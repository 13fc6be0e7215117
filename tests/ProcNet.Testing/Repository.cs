using System.Reflection;

namespace ProcNet.Testing;

/// <summary>Where things lie that tests start or read, wherever the tests are run from.</summary>
internal static class Repository
{
    private static readonly Assembly s_here = typeof(Repository).Assembly;

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } =
        s_here.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "RepositoryRoot").Value!;

    /// <summary>The staged module: what Import-Module takes.</summary>
    public static string Module => PathOf("out/ProcNet");

    /// <summary>
    /// What runs a command in PowerShell with the staged module imported, as <c>./build.sh Run</c> does: to be started with bash, before
    /// the command.
    /// </summary>
    public static IReadOnlyList<string> Run => [PathOf("build/run.sh"), PowerShell, Module];

    /// <summary>The pwsh that PROCNET_PWSH names, as <c>./build.sh Test</c> does, else the one on the PATH.</summary>
    public static string PowerShell =>
        Environment.GetEnvironmentVariable("PROCNET_PWSH") is { Length: > 0 } named
            ? named
            : (Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(':')
                .Select(folder => Path.Combine(folder, "pwsh"))
                .FirstOrDefault(File.Exists)
                ?? throw new InvalidOperationException("There is no pwsh: run the tests by ./build.sh Test, or set PROCNET_PWSH.");

    /// <summary>The program that makes known traffic, to be started with <c>dotnet</c>.</summary>
    public static string TestTraffic => ProgramOf("tests/ProcNet.TestTraffic");

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>What a project of the solution was built into.</summary>
    public static string ProgramOf(string project)
    {
        string configuration = s_here.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string framework = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return PathOf($"{project}/bin/{configuration}/{framework}/{Path.GetFileName(project)}.dll");
    }
}
