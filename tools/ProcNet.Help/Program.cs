using ProcNet.Help;

// help pages CMDLETS.dll FOLDER        writes into each page what the cmdlets say of themselves, and makes pages that are missing
// help check CMDLETS.dll FOLDER        tells which pages are not as 'pages' would write them; 1 where there are any
// help maml CMDLETS.dll FOLDER FILE    writes the help file of the module
if (
    args is not [("pages" or "check" or "maml") and var task, var assembly, var folder, .. var rest]
    || rest.Length != (task == "maml" ? 1 : 0)
)
{
    Console.Error.WriteLine("help pages|check CMDLETS.dll FOLDER, help maml CMDLETS.dll FOLDER FILE");
    return 2;
}

using var cmdlets = new CmdletAssembly(assembly);
List<HelpTopic> topics =
[
    .. cmdlets.Cmdlets.Select(cmdlet => new HelpTopic(cmdlet, HelpPage.Read(Path.Combine(folder, cmdlet.Name + ".md"), cmdlet))),
];
switch (task)
{
    case "maml":
        Maml.Write(topics, rest[0]);
        return 0;
    case "pages":
        foreach (HelpTopic topic in topics)
        {
            File.WriteAllText(Path.Combine(folder, topic.Cmdlet.Name + ".md"), PageWriter.Write(topic));
        }

        return 0;
    default:
        List<string> stale =
        [
            .. topics
                .Select(topic => (topic.Cmdlet.Name + ".md", topic))
                .Where(page => !IsCurrent(folder, page.Item1, page.topic))
                .Select(page => page.Item1),
        ];
        stale.ForEach(page =>
            Console.Error.WriteLine($"{Path.Combine(folder, page)} is not what the cmdlet says: run './build.sh Help' and commit it.")
        );
        return stale.Count == 0 ? 0 : 1;
}

static bool IsCurrent(string folder, string page, HelpTopic topic)
{
    string path = Path.Combine(folder, page);
    return File.Exists(path) && File.ReadAllText(path) == PageWriter.Write(topic);
}
