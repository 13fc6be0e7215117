using System.Management.Automation.Language;
using System.Xml.Linq;
using ProcNet.Testing;

namespace ProcNet.PowerShell.Tests.Help;

/// <summary>What the help file shows can be typed: it parses, and every parameter of ProcNet's cmdlets in it exists.</summary>
public sealed class HelpExampleTests
{
    /// <summary>A name and a piece of PowerShell: the examples of every cmdlet, and the longer ones of about_ProcNet.</summary>
    public static TheoryData<string, string> Examples
    {
        get
        {
            TheoryData<string, string> examples = [];
            foreach (string name in HelpFile.Names)
            {
                foreach (XElement example in HelpFile.Of(name).At("examples").All("example"))
                {
                    examples.Add($"{name}, {example.At("title").Value}", example.At("code").Value);
                }
            }

            return examples;
        }
    }

    public static TheoryData<string> Cmdlets => ModuleCmdlets.Names;

    [Theory]
    [MemberData(nameof(Examples))]
    public void An_example_parses_and_uses_parameters_that_exist(string name, string code) => CheckCode(name, code);

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void A_cmdlet_has_at_least_three_examples_with_a_word_to_each(string name)
    {
        XElement[] examples = [.. HelpFile.Of(name).At("examples").All("example")];

        Assert.True(examples.Length >= 3, name);
        Assert.All(examples, example => Assert.Contains(name, example.At("code").Value, StringComparison.Ordinal));
        Assert.All(examples, example => Assert.NotEmpty(example.At("remarks", "para").Value.Trim()));
    }

    [Fact]
    public void The_code_of_the_about_topic_parses()
    {
        string[] blocks = [.. AboutBlocks()];

        Assert.Contains(blocks, block => block.Contains("Export-Csv", StringComparison.Ordinal));
        Assert.All(blocks, block => CheckCode("about_ProcNet", block));
    }

    [Fact]
    public void Links_lead_to_help_that_exists()
    {
        string[] known = [.. HelpFile.Names, "about_ProcNet", "Online Version:"];

        Assert.All(
            HelpFile.Names.SelectMany(name => HelpFile.Of(name).At("relatedLinks").All("navigationLink")),
            link => Assert.Contains(link.At("linkText").Value, known)
        );
    }

    private static void CheckCode(string name, string code)
    {
        ScriptBlockAst script = Parser.ParseInput(code, out _, out ParseError[] errors);
        Assert.True(errors.Length == 0, $"{name}: {string.Join("; ", errors.Select(error => error.Message))}");
        foreach (CommandAst command in script.FindAll(ast => ast is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>())
        {
            if (command.GetCommandName() is string called && HelpFile.Names.Contains(called))
            {
                CmdletInfo cmdlet = ModuleCmdlets.Get(called);
                Assert.All(
                    command.CommandElements.OfType<CommandParameterAst>(),
                    parameter =>
                        Assert.True(
                            cmdlet.Parameters.ContainsKey(parameter.ParameterName),
                            $"{name}: {called} has no parameter {parameter.ParameterName}."
                        )
                );
            }
            else
            {
                // A misspelt name of one of ours would pass as a program of somebody else.
                Assert.DoesNotMatch("(?i)traffic|procnet|procsocket|connectioninode", command.GetCommandName() ?? "");
            }
        }
    }

    /// <summary>Blocks that are indented by six and have one of the cmdlets, or the like, as the first word of a line.</summary>
    private static IEnumerable<string> AboutBlocks() =>
        from block in File.ReadAllText(Repository.PathOf("docs/en-US/about_ProcNet.help.txt")).Split("\n\n")
        where
            block
                .Split('\n')
                .Any(line =>
                    line.StartsWith("      $", StringComparison.Ordinal) || line.StartsWith("      try {", StringComparison.Ordinal)
                )
        select block;
}
