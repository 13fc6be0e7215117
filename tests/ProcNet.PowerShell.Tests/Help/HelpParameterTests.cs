using System.Xml.Linq;

namespace ProcNet.PowerShell.Tests.Help;

/// <summary>The help file says of every parameter what the cmdlet itself says, and nothing of one that is not there.</summary>
public sealed class HelpParameterTests
{
    public static TheoryData<string> Cmdlets => ModuleCmdlets.Names;

    [Fact]
    public void Every_cmdlet_is_described_and_no_other() =>
        Assert.Equal(ModuleCmdlets.Names.Select(row => row.Data), HelpFile.Names.Order(StringComparer.OrdinalIgnoreCase));

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void Every_parameter_is_described_as_it_is(string name)
    {
        CmdletInfo cmdlet = ModuleCmdlets.Get(name);

        Assert.Equal(
            cmdlet
                .ParameterSets.SelectMany(set => set.OwnParameters())
                .Select(parameter => parameter.Name)
                .Distinct()
                .Order(StringComparer.Ordinal)
                .Select(own => Expected(cmdlet, own)),
            HelpFile.Of(name).At("parameters").All("parameter").Select(Described).OrderBy(line => line, StringComparer.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_syntax_has_the_parameter_sets_of_the_cmdlet(string name)
    {
        IEnumerable<string> sets = ModuleCmdlets
            .Get(name)
            .ParameterSets.Select(set =>
                string.Join(
                    "; ",
                    set.OwnParameters()
                        .Select(parameter =>
                            $"{parameter.Name} {parameter.IsMandatory} {ModuleCmdlets.Position(parameter)} {ModuleCmdlets.PipelineInput(parameter)}"
                        )
                        .Order(StringComparer.Ordinal)
                )
            );

        Assert.Equal(
            sets.Order(StringComparer.Ordinal),
            HelpFile
                .Of(name)
                .At("syntax")
                .All("syntaxItem")
                .Select(item =>
                    string.Join(
                        "; ",
                        item.All("parameter")
                            .Select(parameter =>
                                $"{parameter.At("name").Value} {bool.Parse(parameter.Has("required"))} {parameter.Has("position")} {parameter.Has("pipelineInput")}"
                            )
                            .Order(StringComparer.Ordinal)
                    )
                )
                .Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [MemberData(nameof(Cmdlets))]
    public void The_outputs_are_those_of_the_cmdlet(string name)
    {
        string[] described =
        [
            .. HelpFile
                .Of(name)
                .At("returnValues")
                .All("returnValue")
                .Select(value => value.At("type", "name").Value)
                .Where(type => type != "None"),
        ];

        Assert.Equal(ModuleCmdlets.Get(name).OutputType.Select(type => type.Name), described);
    }

    private static string Expected(CmdletInfo cmdlet, string name)
    {
        CommandParameterInfo[] uses =
        [
            .. cmdlet.ParameterSets.SelectMany(set => set.OwnParameters()).Where(parameter => parameter.Name == name),
        ];
        CommandParameterInfo first = uses[0];
        bool hasWildcards = first.Attributes.Any(attribute => attribute is SupportsWildcardsAttribute);
        string pipeline = uses.Select(ModuleCmdlets.PipelineInput).Max(StringComparer.Ordinal)!;
        string aliases = first.Aliases.Count == 0 ? "none" : string.Join(", ", first.Aliases);
        string type = (Nullable.GetUnderlyingType(first.ParameterType) ?? first.ParameterType).Name;
        return $"{name}: {type}, required {uses.All(use => use.IsMandatory)}, position {ModuleCmdlets.Position(first)}, {pipeline}, {aliases}, wildcards {hasWildcards}";
    }

    private static string Described(XElement parameter)
    {
        Assert.All(parameter.At("description").All("para"), text => Assert.NotEmpty(text.Value.Trim()));
        return $"{parameter.At("name").Value}: {parameter.At("type", "name").Value}, required {bool.Parse(parameter.Has("required"))}, position {parameter.Has("position")}, "
            + $"{parameter.Has("pipelineInput")}, {parameter.Has("aliases")}, wildcards {bool.Parse(parameter.Has("globbing"))}";
    }
}
