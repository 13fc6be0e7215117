using System.Xml.Linq;
using ProcNet.Testing;

namespace ProcNet.PowerShell.Tests.Help;

/// <summary>The MAML file of the staged module, read by the local names of its elements.</summary>
internal static class HelpFile
{
    private static readonly XElement s_root = XElement.Load(Path.Combine(Repository.Module, "en-US/ProcNet.PowerShell.dll-Help.xml"));

    /// <summary>The cmdlets that it describes, in its order.</summary>
    public static IReadOnlyList<string> Names => [.. s_root.All("command").Select(command => command.At("details", "name").Value)];

    /// <summary>What it says of one cmdlet.</summary>
    public static XElement Of(string name) => s_root.All("command").Single(command => command.At("details", "name").Value == name);

    /// <summary>The children with a local name.</summary>
    public static IEnumerable<XElement> All(this XElement parent, string name) =>
        parent.Elements().Where(child => child.Name.LocalName == name);

    /// <summary>The one element at the end of a path of local names.</summary>
    public static XElement At(this XElement element, params string[] path) =>
        path.Aggregate(element, static (parent, name) => parent.All(name).Single());

    /// <summary>The value of an attribute that must be there.</summary>
    public static string Has(this XElement element, string attribute) => element.Attribute(attribute)!.Value;
}
