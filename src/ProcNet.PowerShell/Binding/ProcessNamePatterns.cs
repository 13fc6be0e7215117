using System.Management.Automation;

namespace ProcNet.PowerShell.Binding;

/// <summary>Names of processes as the user wrote them, case-insensitive and with wildcards, as Get-Process takes them.</summary>
internal sealed class ProcessNamePatterns
{
    // The kernel keeps 15 bytes of a name (TASK_COMM_LEN, proc_pid_comm(5)): ps(1) shows those, and of a process that lived too briefly
    // there is no more.
    private const int KernelLength = 15;

    private readonly (string Text, WildcardPattern Pattern)[] _patterns;

    /// <summary>Takes names.</summary>
    /// <exception cref="WildcardPatternException">One is no wildcard pattern (<c>[x</c>).</exception>
    public ProcessNamePatterns(IEnumerable<string> names) => _patterns = [.. names.Select(name => (name, Compile(name)))];

    /// <summary>
    /// Whether a process of this name is meant. A name as the kernel cuts it means the whole one, and the other way
    /// round.
    /// </summary>
    public bool Matches(string name) => Array.Exists(_patterns, entry => Matches(entry.Text, entry.Pattern, name));

    /// <summary>The names without wildcards that are the name of none of these processes.</summary>
    public IEnumerable<string> Missing(IReadOnlyCollection<string> names) =>
        from entry in _patterns
        where IsLiteral(entry.Text) && !names.Any(name => Matches(entry.Text, entry.Pattern, name))
        select entry.Text;

    private static bool IsLiteral(string name) => !WildcardPattern.ContainsWildcardCharacters(name);

    private static WildcardPattern Compile(string name)
    {
        // A broken pattern fails at its first use only, and that may be minutes away.
        WildcardPattern pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        pattern.IsMatch(name);
        return pattern;
    }

    private static bool Matches(string text, WildcardPattern pattern, string name) =>
        pattern.IsMatch(name) || (IsLiteral(text) && (IsCut(name, text) || IsCut(text, name)));

    private static bool IsCut(string cut, string whole) =>
        cut.Length == KernelLength && whole.Length > KernelLength && whole.StartsWith(cut, StringComparison.OrdinalIgnoreCase);
}
