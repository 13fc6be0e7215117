using System.Diagnostics;
using ProcNet.Testing;

namespace ProcNet.PowerShell.Tests.Help;

/// <summary>The pages in docs/en-US say of each cmdlet what it is: syntax, parameters, outputs.</summary>
public sealed class HelpPageTests
{
    [Fact]
    public void Every_page_is_what_the_compiled_cmdlet_says()
    {
        using Process check = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [
                    Repository.ProgramOf("tools/ProcNet.Help"),
                    "check",
                    Repository.ProgramOf("src/ProcNet.PowerShell"),
                    Repository.PathOf("docs/en-US"),
                ]
            )
            {
                RedirectStandardError = true,
            }
        )!;
        string stale = check.StandardError.ReadToEnd();
        Assert.True(check.WaitForExit(TimeSpan.FromSeconds(60)));

        Assert.Equal("", stale);
        Assert.Equal(0, check.ExitCode);
    }

    [Fact]
    public void There_is_no_page_without_a_cmdlet() =>
        Assert.Equal(
            ModuleCmdlets.Names.Select(row => row.Data),
            Directory
                .GetFiles(Repository.PathOf("docs/en-US"), "*-*.md")
                .Select(Path.GetFileNameWithoutExtension)
                .Order(StringComparer.OrdinalIgnoreCase)
        );
}
