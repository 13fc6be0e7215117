using ProcNet.Testing;
using Xunit;

namespace ProcNet.PowerShell.Tests.Module;

/// <summary>What stands in lib/ of the staged module.</summary>
public class LibraryTests
{
    private static string Library => Path.Combine(Repository.Module, "lib");

    public static TheoryData<string> Foreign =>
        [
            .. Directory
                .GetFiles(Library, "*.dll")
                .Select(file => Path.GetFileNameWithoutExtension(file))
                .Where(name => !name.StartsWith("ProcNet.", StringComparison.Ordinal)),
        ];

    [Theory]
    [MemberData(nameof(Foreign))]
    public void Each_assembly_that_is_not_ours_has_its_licence_beside_it(string assembly)
    {
        // One text for the assemblies of one project: Spectre.Console has that of Spectre.Console.Ansi too.
        string? license = Directory
            .GetFiles(Path.Combine(Library, "licenses"))
            .Select(file => Path.GetFileNameWithoutExtension(file))
            .FirstOrDefault(name => assembly == name || assembly.StartsWith(name + ".", StringComparison.Ordinal));

        Assert.NotNull(license);
        Assert.NotEmpty(File.ReadAllText(Path.Combine(Library, "licenses", license + ".txt")));
        Assert.Contains(
            File.ReadLines(Path.Combine(Library, "licenses", "README.txt")),
            line => line.StartsWith(license + " ", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Nothing_of_it_stands_where_PowerShell_looks_for_assemblies_by_itself()
    {
        string[] beside =
        [
            .. Directory.GetFiles(Repository.Module, "*.dll").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal),
        ];

        Assert.Equal(["ProcNet.PowerShell.dll", "ProcNet.dll"], beside);
    }
}
