namespace ProcNet.Help;

/// <summary>What a compiled cmdlet says of itself.</summary>
/// <param name="Name">Verb and noun.</param>
/// <param name="HelpUri">The page on the web; empty for none.</param>
/// <param name="Summary">The first paragraph of the class's doc comment.</param>
/// <param name="Sets">Its parameter sets, the default one first.</param>
/// <param name="Parameters">Its parameters by name, in alphabetical order.</param>
/// <param name="Outputs">The types that it writes.</param>
internal sealed record CmdletDescription(
    string Name,
    string HelpUri,
    string Summary,
    IReadOnlyList<ParameterSet> Sets,
    IReadOnlyList<CmdletParameter> Parameters,
    IReadOnlyList<OutputDescription> Outputs
);

/// <summary>A parameter set.</summary>
/// <param name="Name">Its name; null where the cmdlet has but one.</param>
/// <param name="IsDefault">Whether it is taken where the parameters given do not decide.</param>
/// <param name="Uses">The parameters in it: those with a position first, then mandatory ones, then the rest.</param>
internal sealed record ParameterSet(string? Name, bool IsDefault, IReadOnlyList<ParameterUse> Uses);

/// <summary>A parameter as one set has it.</summary>
internal sealed record ParameterUse(
    string? Set,
    CmdletParameter Parameter,
    bool IsMandatory,
    int? Position,
    bool TakesValue,
    bool TakesProperty
)
{
    /// <summary>How help writes where the parameter takes its value from.</summary>
    public string PipelineInput =>
        (TakesValue, TakesProperty) switch
        {
            (true, true) => "True (ByValue, ByPropertyName)",
            (true, false) => "True (ByValue)",
            (false, true) => "True (ByPropertyName)",
            _ => "False",
        };
}

/// <summary>A parameter.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TypeName">The short name of its type, a nullable one's without the question mark.</param>
/// <param name="Text">The paragraphs of its doc comment.</param>
/// <param name="Aliases">Its other names.</param>
/// <param name="Values">The values that it takes, where they are few.</param>
/// <param name="Default">Its default (PSDefaultValue), in words.</param>
/// <param name="HasWildcards">Whether it takes wildcards.</param>
internal sealed record CmdletParameter(
    string Name,
    string TypeName,
    IReadOnlyList<string> Text,
    IReadOnlyList<string> Aliases,
    IReadOnlyList<string> Values,
    string Default,
    bool HasWildcards
)
{
    /// <summary>Whether it is given without a value.</summary>
    public bool IsSwitch => TypeName == "SwitchParameter";

    /// <summary>How the sets have it.</summary>
    public List<ParameterUse> Uses { get; } = [];
}

/// <summary>A type that a cmdlet writes.</summary>
/// <param name="TypeName">Its full name.</param>
/// <param name="Properties">Its properties, each with its doc comment.</param>
internal sealed record OutputDescription(string TypeName, IReadOnlyList<(string Name, string Text)> Properties);

/// <summary>A cmdlet and its page.</summary>
internal sealed record HelpTopic(CmdletDescription Cmdlet, HelpPage Page);
