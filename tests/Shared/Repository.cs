using System.Reflection;

namespace ProcNet.Testing;

/// <summary>Where things lie that tests start or read, wherever the tests are run from.</summary>
internal static class Repository
{
    private static readonly Assembly s_tests = typeof(Repository).Assembly;

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = s_tests.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "RepositoryRoot").Value!;

    /// <summary>The staged module: what Import-Module takes.</summary>
    public static string Module => PathOf("out/ProcNet");

    /// <summary>The small host, to be started with <c>dotnet</c>.</summary>
    public static string Host => ProgramOf("tools/ProcNet.Host");

    /// <summary>The program that makes known traffic, to be started with <c>dotnet</c>.</summary>
    public static string TestTraffic => ProgramOf("tests/ProcNet.TestTraffic");

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>What a project of the solution was built into.</summary>
    public static string ProgramOf(string project)
    {
        string configuration = s_tests.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;
        string framework = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        return PathOf($"{project}/bin/{configuration}/{framework}/{Path.GetFileName(project)}.dll");
    }
}
