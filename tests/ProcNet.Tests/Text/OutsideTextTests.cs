using System.Text;
using ProcNet.Text;

namespace ProcNet.Tests.Text;

public sealed class OutsideTextTests
{
    [Theory]
    [InlineData("firefox", "firefox")]
    [InlineData("Web Content é 网 😀", "Web Content é 网 😀")]
    [InlineData("\u001b]0;pwn\u0007\u001b[2J", "?]0;pwn??[2J")]
    [InlineData("a\nWARNING: b\r\tc\u007f", "a?WARNING: b??c?")]
    [InlineData("\u0080\u009b31m\u009f\u00a0", "??31m?\u00a0")]
    [InlineData("a\u2028b\u2029c", "a?b?c")]
    [InlineData("\u202a\u202b\u202c\u202d\u202egpj.exe", "?????gpj.exe")]
    [InlineData("\u2066\u2067\u2068\u2069", "????")]
    [InlineData("\u2027\u202f\u2065", "\u2027\u202f\u2065")]
    [InlineData("ro\u200bot \u200c\u200d\u200e\u200f\u061c\ufeff\u00ad\u2060\u206a", "ro?ot ?????????")]
    [InlineData("curl\U000E0041\U000E007F😀", "curl????😀")]
    [InlineData("\ud83d", "\ud83d")]
    public void What_a_terminal_obeys_becomes_a_question_mark_and_the_rest_stays(string text, string expected)
    {
        Assert.Equal(expected, OutsideText.Sanitize(text));
        Assert.Equal(expected, OutsideText.Decode(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("12345678", "12345678")]
    [InlineData("123456789", "1234567…")]
    [InlineData("1234567\u001b9", "1234567…")]
    [InlineData("123456😀9", "123456…")] // never half a character
    [InlineData("网网网网网网网网网", "网网网网网网网…")]
    public void A_text_of_any_length_is_cut(string text, string expected) =>
        Assert.Equal(expected, OutsideText.Decode(Encoding.UTF8.GetBytes(text), 8));

    [Fact]
    public void What_is_told_is_one_sanitized_line_whatever_the_names_in_it()
    {
        Assert.Equal(
            "The file 'a?[2J?b' is damaged.",
            new Notice(NoticeKind.SavefileTruncated, "The file 'a\u001b[2J\nb' is damaged.").Message
        );

        var error = new ProcNetException(ProcNetError.FileNotFound, "No '\u001bx'.", "Not '\u001bx'.", "\u001bx");
        Assert.Equal(("No '?x'.", "Not '?x'.", "?x"), (error.Message, error.Remedy, error.Target));
    }
}
