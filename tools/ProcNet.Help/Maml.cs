using System.Xml;
using System.Xml.Linq;

namespace ProcNet.Help;

/// <summary>Writes the file that Get-Help reads (MAML).</summary>
internal static class Maml
{
    private static readonly XNamespace s_root = "http://msh";
    private static readonly XNamespace s_maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace s_command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace s_dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>Writes the topics.</summary>
    public static void Write(IEnumerable<HelpTopic> topics, string path)
    {
        var root = new XElement(
            s_root + "helpItems",
            new XAttribute("schema", "maml"),
            new XAttribute(XNamespace.Xmlns + "maml", s_maml),
            new XAttribute(XNamespace.Xmlns + "command", s_command),
            new XAttribute(XNamespace.Xmlns + "dev", s_dev),
            topics.Select(Topic)
        );
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var writer = XmlWriter.Create(path, new XmlWriterSettings { Indent = true });
        root.Save(writer);
    }

    private static XElement Topic(HelpTopic topic)
    {
        (CmdletDescription cmdlet, HelpPage page) = topic;
        string[] name = cmdlet.Name.Split('-');
        return new XElement(
            s_command + "command",
            new XElement(
                s_command + "details",
                new XElement(s_command + "name", cmdlet.Name),
                new XElement(s_command + "verb", name[0]),
                new XElement(s_command + "noun", name[1]),
                Description([page.Synopsis])
            ),
            Description(page.Description),
            new XElement(
                s_command + "syntax",
                cmdlet.Sets.Select(set => new XElement(
                    s_command + "syntaxItem",
                    new XElement(s_maml + "name", cmdlet.Name),
                    set.Uses.Select(use => Parameter(use, use.PipelineInput, use.IsMandatory, false))
                ))
            ),
            new XElement(s_command + "parameters", cmdlet.Parameters.Select(Parameter)),
            new XElement(
                s_command + "inputTypes",
                page.Inputs.Select(input => Typed("inputType", input.Type, HelpPage.Paragraphs(input.Text)))
            ),
            new XElement(
                s_command + "returnValues",
                cmdlet.Outputs.Count == 0
                    ? [Typed("returnValue", "None", [])]
                    : cmdlet.Outputs.Select(output =>
                        Typed("returnValue", output.TypeName, output.Properties.Select(property => $"{property.Name}: {property.Text}"))
                    )
            ),
            new XElement(s_maml + "alertSet", new XElement(s_maml + "alert", page.Notes.Select(Paragraph))),
            new XElement(
                s_command + "examples",
                page.Examples.Select(example => new XElement(
                    s_command + "example",
                    new XElement(s_maml + "title", example.Title),
                    new XElement(s_dev + "code", example.Code),
                    new XElement(s_dev + "remarks", example.Remarks.Select(Paragraph))
                ))
            ),
            new XElement(
                s_maml + "relatedLinks",
                cmdlet.HelpUri.Length == 0 ? null : Link("Online Version:", cmdlet.HelpUri),
                page.Links.Select(link => Link(link, ""))
            )
        );
    }

    private static XElement Parameter(CmdletParameter parameter)
    {
        ParameterUse most = parameter.Uses.MaxBy(use => (use.TakesValue ? 2 : 0) + (use.TakesProperty ? 1 : 0))!;
        return Parameter(parameter.Uses[0], most.PipelineInput, parameter.Uses.All(use => use.IsMandatory), true);
    }

    private static XElement Parameter(ParameterUse use, string pipelineInput, bool isMandatory, bool isWhole)
    {
        CmdletParameter parameter = use.Parameter;
        return new XElement(
            s_command + "parameter",
            new XAttribute("required", isMandatory ? "true" : "false"),
            new XAttribute("variableLength", "true"),
            new XAttribute("globbing", parameter.HasWildcards ? "true" : "false"),
            new XAttribute("pipelineInput", pipelineInput),
            new XAttribute("position", use.Position is { } position ? $"{position}" : "named"),
            new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
            new XElement(s_maml + "name", parameter.Name),
            isWhole ? Description(parameter.Text) : null,
            !isWhole && parameter.Values.Count > 0
                ? new XElement(
                    s_command + "parameterValueGroup",
                    parameter.Values.Select(value => new XElement(
                        s_command + "parameterValue",
                        new XAttribute("required", "false"),
                        new XAttribute("variableLength", "false"),
                        value
                    ))
                )
                : null,
            parameter.IsSwitch
                ? null
                : new XElement(
                    s_command + "parameterValue",
                    new XAttribute("required", "true"),
                    new XAttribute("variableLength", "false"),
                    parameter.TypeName
                ),
            isWhole ? new XElement(s_dev + "type", new XElement(s_maml + "name", parameter.TypeName), new XElement(s_maml + "uri")) : null,
            isWhole ? new XElement(s_dev + "defaultValue", parameter.Default) : null
        );
    }

    private static XElement Typed(string element, string type, IEnumerable<string> text) =>
        new(s_command + element, new XElement(s_dev + "type", new XElement(s_maml + "name", type)), Description(text));

    private static XElement Link(string text, string uri) =>
        new(s_maml + "navigationLink", new XElement(s_maml + "linkText", text), new XElement(s_maml + "uri", uri));

    private static XElement Description(IEnumerable<string> paragraphs) => new(s_maml + "description", paragraphs.Select(Paragraph));

    /// <summary>A paragraph without Markdown's marks for code and names: a terminal shows them as they stand.</summary>
    private static XElement Paragraph(string text) => new(s_maml + "para", text.Replace("`", "", StringComparison.Ordinal));
}
