using System.Text;

namespace ProcNet.Help;

/// <summary>Writes a page: the prose as it is, and what the cmdlet says of itself.</summary>
internal static class PageWriter
{
    private const int Width = 110;

    /// <summary>The text of a topic's page.</summary>
    public static string Write(HelpTopic topic)
    {
        (CmdletDescription cmdlet, HelpPage page) = topic;
        var text = new StringBuilder();
        text.Append("---\nexternal help file: ProcNet.PowerShell.dll-Help.xml\nModule Name: ProcNet\n");
        text.Append($"online version: {cmdlet.HelpUri}".TrimEnd()).Append("\nschema: 2.0.0\n---\n\n");
        text.Append($"# {cmdlet.Name}\n\n## SYNOPSIS\n\n{page.Synopsis}\n\n## SYNTAX\n\n");
        foreach (ParameterSet set in cmdlet.Sets)
        {
            string name = set.Name is null ? "" : $"### {set.Name}{(set.IsDefault ? " (Default)" : "")}\n\n";
            text.Append($"{name}```\n{Syntax(cmdlet, set)}\n```\n\n");
        }

        text.Append("## DESCRIPTION\n\n").Append(Paragraphs(page.Description)).Append("## EXAMPLES\n\n");
        foreach (HelpExample example in page.Examples)
        {
            text.Append($"### {example.Title}\n\n```powershell\n{example.Code}\n```\n\n").Append(Paragraphs(example.Remarks));
        }

        text.Append("## PARAMETERS\n\n");
        foreach (CmdletParameter parameter in cmdlet.Parameters)
        {
            text.Append(Parameter(parameter));
        }

        text.Append(
            "### CommonParameters\n\nThis cmdlet has the common parameters: -Debug, -ErrorAction, -ErrorVariable, -InformationAction, -InformationVariable, "
                + "-OutVariable, -OutBuffer, -PipelineVariable, -ProgressAction, -Verbose, -WarningAction and -WarningVariable. See about_CommonParameters.\n\n"
        );
        text.Append("## INPUTS\n\n");
        foreach ((string type, string what) in page.Inputs)
        {
            text.Append($"### {type}\n\n{what}\n\n");
        }

        text.Append("## OUTPUTS\n\n");
        foreach (OutputDescription output in cmdlet.Outputs)
        {
            text.Append($"### {output.TypeName}\n\n");
            foreach ((string name, string what) in output.Properties)
            {
                text.Append($"- **{name}**: {what}\n");
            }

            text.Append(output.Properties.Count > 0 ? "\n" : "");
        }

        if (cmdlet.Outputs.Count == 0)
        {
            text.Append("### None\n\n");
        }

        text.Append("## NOTES\n\n").Append(Paragraphs(page.Notes)).Append("## RELATED LINKS\n\n");
        foreach (string link in page.Links)
        {
            text.Append($"[{link}]({link}.{(link.StartsWith("about_", StringComparison.Ordinal) ? "help.txt" : "md")})\n\n");
        }

        return text.ToString().TrimEnd() + "\n";
    }

    private static string Paragraphs(IReadOnlyList<string> paragraphs) => string.Concat(paragraphs.Select(paragraph => paragraph + "\n\n"));

    private static string Parameter(CmdletParameter parameter)
    {
        string sets = string.Join(", ", parameter.Uses.Select(use => use.Set ?? "(All)"));
        string values = parameter.Values.Count > 0 ? $"Accepted values: {string.Join(", ", parameter.Values)}\n" : "";
        ParameterUse most = parameter.Uses.MaxBy(use => (use.TakesValue ? 2 : 0) + (use.TakesProperty ? 1 : 0))!;
        return $"""
                ### -{parameter.Name}

                {Paragraphs(parameter.Text).TrimEnd()}

                ```yaml
                Type: {parameter.TypeName}
                Parameter Sets: {sets}
                Aliases: {string.Join(", ", parameter.Aliases)}

                """.Replace("Aliases: \n", "Aliases:\n", StringComparison.Ordinal)
            + values
            + $"""
                Required: {parameter.Uses.All(use => use.IsMandatory)}
                Position: {Position(parameter)}
                Default value: {parameter.Default}
                Accept pipeline input: {most.PipelineInput}
                Accept wildcard characters: {parameter.HasWildcards}
                ```


                """;
    }

    private static string Position(CmdletParameter parameter) =>
        parameter.Uses.Select(use => use.Position).FirstOrDefault(position => position is not null) is { } position
            ? $"{position}"
            : "Named";

    /// <summary>A parameter set as Get-Command -Syntax shows it, in lines that fit.</summary>
    private static string Syntax(CmdletDescription cmdlet, ParameterSet set)
    {
        var lines = new StringBuilder(cmdlet.Name);
        int length = lines.Length;
        foreach (string part in set.Uses.Select(Syntax).Append("[<CommonParameters>]"))
        {
            if (length + part.Length + 1 > Width)
            {
                lines.Append("\n   ");
                length = 3;
            }

            lines.Append(' ').Append(part);
            length += part.Length + 1;
        }

        return lines.ToString();
    }

    private static string Syntax(ParameterUse use)
    {
        CmdletParameter parameter = use.Parameter;
        string name = use.Position is null ? $"-{parameter.Name}" : $"[-{parameter.Name}]";
        string whole = parameter.IsSwitch ? $"-{parameter.Name}" : $"{name} <{parameter.TypeName}>";
        return use.IsMandatory ? whole : $"[{whole}]";
    }
}
