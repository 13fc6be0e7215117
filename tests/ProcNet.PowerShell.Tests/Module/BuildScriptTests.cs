using System.Management.Automation.Language;
using ProcNet.Testing;
using Xunit;

namespace ProcNet.PowerShell.Tests.Module;

/// <summary>The scripts that no pwsh has run where there is none: they can at least be parsed.</summary>
public class BuildScriptTests
{
    [Theory]
    [InlineData("build.ps1")]
    [InlineData("ProcNet.psd1")]
    public void The_script_parses(string file)
    {
        Parser.ParseFile(Repository.PathOf(file), out _, out ParseError[] errors);

        Assert.Empty(errors);
    }

    [Fact]
    public void The_tasks_of_build_ps1_are_those_of_build_sh()
    {
        ScriptBlockAst script = Parser.ParseFile(Repository.PathOf("build.ps1"), out _, out _);
        AttributeAst tasks = (AttributeAst)
            script.ParamBlock.Parameters[0].Attributes.Single(attribute => attribute.TypeName.Name == "ValidateSet");
        string shell = File.ReadAllText(Repository.PathOf("build.sh"));

        Assert.All(
            tasks.PositionalArguments.Cast<StringConstantExpressionAst>(),
            task => Assert.Matches($@"(?m)^\s+{task.Value}\)", shell)
        );
    }
}
