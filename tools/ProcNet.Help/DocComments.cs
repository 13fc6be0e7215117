using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ProcNet.Help;

/// <summary>The doc comments of assemblies, as plain text.</summary>
internal sealed class DocComments
{
    private readonly Dictionary<string, XElement> _members = [];

    /// <summary>Adds those that the compiler wrote beside an assembly.</summary>
    public void Add(string assemblyPath)
    {
        foreach (XElement member in XDocument.Load(Path.ChangeExtension(assemblyPath, ".xml")).Descendants("member"))
        {
            _members[member.Attribute("name")!.Value] = member;
        }
    }

    /// <summary>The summary of a type, a paragraph each.</summary>
    public IReadOnlyList<string> Of(Type type) => Paragraphs("T:" + type.FullName);

    /// <summary>The summary and the remarks of a property, a paragraph each.</summary>
    public IReadOnlyList<string> Of(PropertyInfo property) => Paragraphs($"P:{property.DeclaringType!.FullName}.{property.Name}");

    private List<string> Paragraphs(string id)
    {
        if (!_members.TryGetValue(id, out XElement? member))
        {
            return [];
        }

        List<string> paragraphs = [];
        foreach (XElement part in new[] { member.Element("summary"), member.Element("remarks") }.OfType<XElement>())
        {
            XElement[] written = [.. part.Elements("para")];
            if (written.Length == 0)
            {
                paragraphs.Add(Flatten(part));
                continue;
            }

            string before = Clean(
                string.Concat(part.Nodes().TakeWhile(node => node is not XElement { Name.LocalName: "para" }).Select(Text))
            );
            if (before.Length > 0)
            {
                paragraphs.Add(before);
            }

            paragraphs.AddRange(written.Select(Flatten));
        }

        return paragraphs;
    }

    private static string Flatten(XElement element) => Clean(string.Concat(element.Nodes().Select(Text)));

    private static string Clean(string text) => Regex.Replace(text, @"\s+", " ").Trim();

    private static string Text(XNode node) =>
        node switch
        {
            XText text => text.Value,
            XElement { Name.LocalName: "see" or "paramref" or "seealso" } see => Referred(see),
            XElement { Name.LocalName: "item" } item => Flatten(item) + " ",
            XElement other => Flatten(other),
            _ => "",
        };

    private static string Referred(XElement see)
    {
        string target = (see.Attribute("cref") ?? see.Attribute("langword") ?? see.Attribute("name"))?.Value ?? see.Value;
        return target[(target.LastIndexOfAny(['.', ':']) + 1)..];
    }
}
