using System.Globalization;
using System.Text;

namespace ProcNet.Text;

/// <summary>
/// Text that somebody else chose (names of processes, files, interfaces, containers), made fit for a terminal and a table when it is read.
/// A process may call itself anything (prctl(2), PR_SET_NAME), and a savefile comes from anywhere.
/// </summary>
internal static class OutsideText
{
    /// <summary>Decodes UTF-8 and sanitizes it.</summary>
    public static string Decode(ReadOnlySpan<byte> text) => Sanitize(Encoding.UTF8.GetString(text));

    /// <summary>
    /// The same of a text that may be of any length: no more than some characters of it, the last a mark where it was
    /// cut.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> text, int maxLength)
    {
        // Four bytes are the most that a character takes.
        string decoded = Decode(text[..Math.Min(text.Length, maxLength * 4)]);
        if (decoded.Length <= maxLength)
        {
            return decoded;
        }

        int kept = char.IsHighSurrogate(decoded[maxLength - 2]) ? maxLength - 2 : maxLength - 1;
        return decoded[..kept] + "…";
    }

    /// <summary>
    /// Puts a question mark, as ps(1) and ls(1) do, for each character that a terminal obeys (control characters), that breaks a line, that
    /// turns the direction of what follows (Unicode's bidirectional embeddings, overrides and isolates), or that nobody sees (zero width,
    /// tags: all of category Cf), so that two names that look the same are. The length stays.
    /// </summary>
    public static string Sanitize(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (IsHarmful(text, i))
            {
                return string.Create(
                    text.Length,
                    text,
                    static (target, source) =>
                    {
                        for (int i = 0; i < target.Length; i++)
                        {
                            target[i] = IsHarmful(source, i) ? '?' : source[i];
                        }
                    }
                );
            }
        }

        return text;
    }

    /// <summary>Whether a character of a text is one that <see cref="Sanitize"/> puts a question mark for.</summary>
    public static bool IsHarmful(string text, int index)
    {
        char character = text[index];
        if (character < '\u007F')
        {
            return character < ' ';
        }

        // Each half of a pair says what both are.
        int first = char.IsLowSurrogate(character) && index > 0 && char.IsHighSurrogate(text[index - 1]) ? index - 1 : index;
        return CharUnicodeInfo.GetUnicodeCategory(text, first)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator;
    }
}
