using System.Management.Automation;
using ProcNet.Interfaces;

namespace ProcNet.PowerShell.Binding;

/// <summary>Finds the interfaces that names and wildcards mean.</summary>
internal static class InterfaceSelection
{
    /// <summary>The interfaces that are named, each once, in the kernel's order; none where nothing is named.</summary>
    /// <param name="patterns">Names or wildcards; null for none.</param>
    /// <param name="present">The interfaces that exist.</param>
    /// <exception cref="ProcNetException">A name or wildcard matches nothing: to capture nothing is never what was meant.</exception>
    public static IReadOnlyList<LinkInterface> Select(string[]? patterns, IReadOnlyList<LinkInterface> present)
    {
        HashSet<string> selected = new(StringComparer.Ordinal);
        foreach (string pattern in patterns ?? [])
        {
            string[] matches = Match(pattern, present);
            if (matches.Length == 0)
            {
                throw NotFound(pattern, present);
            }

            selected.UnionWith(matches);
        }

        return [.. present.Where(link => selected.Contains(link.Name))];
    }

    private static string[] Match(string pattern, IReadOnlyList<LinkInterface> present)
    {
        // Names may differ in case alone, and may hold what a wildcard would read as its own.
        if (present.Any(link => link.Name == pattern))
        {
            return [pattern];
        }

        WildcardPattern wildcard = WildcardPattern.Get(pattern, WildcardOptions.IgnoreCase);
        return [.. present.Select(link => link.Name).Where(wildcard.IsMatch)];
    }

    private static ProcNetException NotFound(string pattern, IReadOnlyList<LinkInterface> present) =>
        new(
            ProcNetError.InterfaceNotFound,
            WildcardPattern.ContainsWildcardCharacters(pattern)
                ? $"No network interface matches '{pattern}'."
                : $"There is no network interface '{pattern}'.",
            $"Those that exist are: {string.Join(", ", present.Select(link => link.Name))}.",
            pattern
        );
}
