using System.Diagnostics;
using System.Text.RegularExpressions;
using ProcNet.Testing;

namespace ProcNet.PowerShell.Tests.Help;

/// <summary>Get-Help shows the help of the staged module, in a process that has imported nothing else.</summary>
public sealed class GetHelpTests
{
    [Fact]
    public void Get_Help_shows_the_synopsis_and_the_examples_of_every_cmdlet()
    {
        string shown = Flatten(RunHost(string.Join("; ", HelpFile.Names.Select(name => $"Get-Help {name} -Full"))));

        foreach (string name in HelpFile.Names)
        {
            System.Xml.Linq.XElement help = HelpFile.Of(name);
            Assert.Contains(
                $"NAME {name} SYNOPSIS {Flatten(help.At("details", "description", "para").Value)}",
                shown,
                StringComparison.Ordinal
            );
            Assert.All(
                help.At("examples").All("example"),
                example => Assert.Contains(Flatten(example.At("title").Value), shown, StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public void Get_Help_shows_the_about_topic()
    {
        string shown = RunHost("Get-Help about_ProcNet");

        Assert.Equal(File.ReadAllText(Repository.PathOf("docs/en-US/about_ProcNet.help.txt")).Trim(), shown.Trim());
    }

    private static string Flatten(string text) => Regex.Replace(text, @"\s+", " ");

    private static string RunHost(string command)
    {
        using Process host = Process.Start(
            new ProcessStartInfo("bash", [.. Repository.Run, command]) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        Task<string> errors = host.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = host.StandardOutput.ReadToEnd();
        Assert.True(host.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.Equal("", errors.Result);
        Assert.Equal(0, host.ExitCode);
        return output;
    }
}
