using System.Collections;
using System.Management.Automation.Language;
using ProcNet.PowerShell.Binding;
using Xunit;

namespace ProcNet.PowerShell.Tests;

/// <summary>
/// A name that somebody else chose is offered so that the terminal shows it and does not obey it, and the argument is the
/// name.
/// </summary>
public sealed class HiddenWordTests
{
    [Theory]
    [InlineData("eth0", "eth0", "eth0")]
    [InlineData("it's", "'it''s'", "it's")]
    [InlineData("x\u001b[31m$y", "\"x`u{1b}[31m`$y\"", "x?[31m$y")]
    [InlineData("ro\u200bot", "\"ro`u{200b}ot\"", "ro?ot")]
    public void A_word_is_offered_as_text_and_shown_without_what_a_terminal_obeys(string word, string completion, string shown)
    {
        System.Management.Automation.CompletionResult result = Assert.Single(
            new OneWord(word).CompleteArgument("c", "p", "", null!, new Hashtable())
        );

        Assert.Equal((completion, shown, shown), (result.CompletionText, result.ListItemText, result.ToolTip));
        var parsed = Parser.ParseInput($"c {completion}", out _, out ParseError[] errors);
        Assert.Empty(errors);
        Assert.Equal(
            word,
            (
                (StringConstantExpressionAst)
                    ((CommandAst)((PipelineAst)parsed.EndBlock.Statements[0]).PipelineElements[0]).CommandElements[1]
            ).Value
        );
    }

    private sealed class OneWord(string word) : WordCompleter
    {
        protected override IEnumerable<(string Word, string ToolTip)> Words() => [(word, word)];
    }
}
