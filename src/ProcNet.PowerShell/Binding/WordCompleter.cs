using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ProcNet.Text;

namespace ProcNet.PowerShell.Binding;

/// <summary>Completes an argument from a list of words, each with a tooltip.</summary>
internal abstract class WordCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters
    )
    {
        string begun = wordToComplete.Trim('\'', '"');
        WildcardPattern pattern = WildcardPattern.Get(
            WildcardPattern.Escape(begun).Replace("`*", "*", StringComparison.Ordinal) + "*",
            WildcardOptions.IgnoreCase
        );
        bool isEmpty = true;
        foreach ((string word, string toolTip) in Words())
        {
            if (pattern.IsMatch(word))
            {
                isEmpty = false;
                yield return new CompletionResult(
                    Quote(word),
                    OutsideText.Sanitize(word),
                    CompletionResultType.ParameterValue,
                    OutsideText.Sanitize(toolTip)
                );
            }
        }

        if (isEmpty)
        {
            // Without any PowerShell offers the files of the folder, or what the validator refuses. What was typed stays as it is.
            yield return wordToComplete.Length > 0
                ? new CompletionResult(wordToComplete)
                : new CompletionResult("''", "''", CompletionResultType.ParameterValue, "There is nothing to choose from.");
        }
    }

    /// <summary>The words, in the order to offer them. Must need neither root nor libpcap, and no more than a moment.</summary>
    protected abstract IEnumerable<(string Word, string ToolTip)> Words();

    private static string Quote(string word)
    {
        if (word.All(static c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or ':' or '/' or '+'))
        {
            return word;
        }

        // What a terminal would obey is written as PowerShell escapes it: the argument is the same, and the command line stays a line.
        return OutsideText.Sanitize(word) == word
            ? $"'{CodeGeneration.EscapeSingleQuotedStringContent(word)}'"
            : $"\"{string.Concat(word.Select((c, i) => OutsideText.IsHarmful(word, i) ? $"`u{{{(int)c:x}}}" : c is '"' or '`' or '$' ? $"`{c}" : $"{c}"))}\"";
    }
}
