using System.Management.Automation;

namespace ProcNet.PowerShell.Binding;

/// <summary>Names of processes as the user wrote them, case-insensitive and with wildcards, as Get-Process takes them.</summary>
internal sealed class ProcessNamePatterns
{
    // The kernel keeps 15 characters of a name (TASK_COMM_LEN, proc_pid_comm(5)); people write all of it.
    private const int KernelLength = 15;

    private readonly (string Text, WildcardPattern Pattern)[] _patterns;

    public ProcessNamePatterns(IEnumerable<string> names) =>
        _patterns = [.. names.Select(name => (name, WildcardPattern.Get(IsLiteral(name) ? Cut(name) : name, WildcardOptions.IgnoreCase)))];

    /// <summary>Whether a process of this name is meant.</summary>
    public bool Matches(string name) => Array.Exists(_patterns, entry => entry.Pattern.IsMatch(name));

    /// <summary>The names without wildcards that are the name of none of these processes.</summary>
    public IEnumerable<string> Missing(IReadOnlyCollection<string> names) =>
        from entry in _patterns
        where IsLiteral(entry.Text) && !names.Any(entry.Pattern.IsMatch)
        select entry.Text;

    private static bool IsLiteral(string name) => !WildcardPattern.ContainsWildcardCharacters(name);

    private static string Cut(string name) => name.Length > KernelLength ? name[..KernelLength] : name;
}
