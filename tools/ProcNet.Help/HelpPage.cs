using System.Text.RegularExpressions;

namespace ProcNet.Help;

/// <summary>What people write in a page (PlatyPS, schema 2.0.0): all but syntax, parameters and the outputs' properties.</summary>
/// <param name="Synopsis">One sentence.</param>
/// <param name="Description">Paragraphs.</param>
/// <param name="Examples">Examples.</param>
/// <param name="Inputs">What can be piped in: a type, and what becomes of it.</param>
/// <param name="Notes">Paragraphs.</param>
/// <param name="Links">Other topics.</param>
internal sealed record HelpPage(
    string Synopsis,
    IReadOnlyList<string> Description,
    IReadOnlyList<HelpExample> Examples,
    IReadOnlyList<(string Type, string Text)> Inputs,
    IReadOnlyList<string> Notes,
    IReadOnlyList<string> Links
)
{
    /// <summary>Reads a page. One that is not there is begun, with the summary of the cmdlet's class.</summary>
    public static HelpPage Read(string path, CmdletDescription cmdlet)
    {
        if (!File.Exists(path))
        {
            return new HelpPage(
                cmdlet.Summary,
                [cmdlet.Summary],
                [],
                [("None", "You can't pipe objects to this cmdlet.")],
                [],
                ["about_ProcNet"]
            );
        }

        Dictionary<string, string> sections = Split(File.ReadAllText(path), "## ");
        return new HelpPage(
            sections.GetValueOrDefault("SYNOPSIS", ""),
            Paragraphs(sections.GetValueOrDefault("DESCRIPTION", "")),
            [.. Split(sections.GetValueOrDefault("EXAMPLES", ""), "### ").Select(example => HelpExample.Read(example.Key, example.Value))],
            [
                .. Split(sections.GetValueOrDefault("INPUTS", ""), "### ")
                    .Select(input => (input.Key, string.Join("\n\n", Paragraphs(input.Value)))),
            ],
            Paragraphs(sections.GetValueOrDefault("NOTES", "")),
            [.. Regex.Matches(sections.GetValueOrDefault("RELATED LINKS", ""), @"\[([^\]]+)\]\(").Select(link => link.Groups[1].Value)]
        );
    }

    /// <summary>Splits text at headings of one level, outside of code.</summary>
    private static Dictionary<string, string> Split(string text, string heading)
    {
        Dictionary<string, string> sections = [];
        string? name = null;
        List<string> lines = [];
        bool isCode = false;
        foreach (string line in text.Split('\n'))
        {
            isCode ^= line.StartsWith("```", StringComparison.Ordinal);
            if (!isCode && line.StartsWith(heading, StringComparison.Ordinal))
            {
                Close();
                name = line[heading.Length..].Trim();
            }
            else
            {
                lines.Add(line);
            }
        }

        Close();
        return sections;

        void Close()
        {
            if (name is not null)
            {
                sections[name] = string.Join('\n', lines).Trim();
            }

            lines.Clear();
        }
    }

    /// <summary>The paragraphs of a text; each line of a list is one.</summary>
    internal static IReadOnlyList<string> Paragraphs(string text) =>
        [
            .. Regex
                .Split(text.Trim(), @"\n\s*\n")
                .Select(paragraph => Regex.Replace(paragraph, @"\s*\n\s*", " ").Trim())
                .Where(paragraph => paragraph.Length > 0),
        ];
}

/// <summary>An example: a title, code, and a word to it.</summary>
internal sealed record HelpExample(string Title, string Code, IReadOnlyList<string> Remarks)
{
    /// <summary>Reads one: the first block of code, and what stands beside it.</summary>
    public static HelpExample Read(string title, string text)
    {
        Match code = Regex.Match(text, @"^```[a-z]*\n(.*?)\n```$", RegexOptions.Singleline | RegexOptions.Multiline);
        return new HelpExample(title, code.Groups[1].Value, HelpPage.Paragraphs(text.Remove(code.Index, code.Length)));
    }
}
