using System.Globalization;

namespace ProcNet.PowerShell.Binding;

/// <summary>Reads durations as people write them. Independent of the culture: a script means the same everywhere.</summary>
internal static class DurationText
{
    /// <summary>Reads <c>10</c> and <c>1.5</c> (seconds), <c>500ms</c>, <c>1h30m</c>, <c>00:00:10</c> and <c>1.02:03:04</c>.</summary>
    /// <returns>Whether the text is a duration; what is too large for a TimeSpan gives its limit.</returns>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        if (double.TryParse(rest, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds))
        {
            return TryFromSeconds(seconds, out duration);
        }

        // Without a colon TimeSpan reads days, which nobody means here.
        return rest.Contains(':') ? TimeSpan.TryParse(rest, CultureInfo.InvariantCulture, out duration) : TryParseUnits(rest, out duration);
    }

    /// <summary>Makes a duration of a number of seconds; what is too large for a TimeSpan gives its limit.</summary>
    public static bool TryFromSeconds(double seconds, out TimeSpan duration)
    {
        duration =
            seconds >= TimeSpan.MaxValue.TotalSeconds ? TimeSpan.MaxValue
            : seconds <= TimeSpan.MinValue.TotalSeconds ? TimeSpan.MinValue
            : double.IsNaN(seconds) ? default
            : TimeSpan.FromSeconds(seconds);
        return !double.IsNaN(seconds);
    }

    private static bool TryParseUnits(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = default;
        double seconds = 0;
        bool negative = text.StartsWith('-');
        ReadOnlySpan<char> rest = negative ? text[1..] : text;
        if (rest.IsEmpty)
        {
            return false;
        }

        while (!rest.IsEmpty)
        {
            int digits = LengthWhile(rest, static c => char.IsAsciiDigit(c) || c == '.');
            ReadOnlySpan<char> number = rest[..digits];
            rest = rest[digits..].TrimStart();
            int letters = LengthWhile(rest, char.IsAsciiLetter);
            if (
                !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count)
                || SecondsOf(rest[..letters]) is not double unit
            )
            {
                return false;
            }

            seconds += count * unit;
            rest = rest[letters..].TrimStart();
        }

        return TryFromSeconds(negative ? -seconds : seconds, out duration);
    }

    private static int LengthWhile(ReadOnlySpan<char> text, Func<char, bool> accepted)
    {
        int length = 0;
        while (length < text.Length && accepted(text[length]))
        {
            length++;
        }

        return length;
    }

    private static double? SecondsOf(ReadOnlySpan<char> unit) =>
        unit.ToString().ToUpperInvariant() switch
        {
            "MS" => 0.001,
            "S" or "SEC" => 1,
            "M" or "MIN" => 60,
            "H" => 3600,
            "D" => 86400,
            _ => null,
        };
}
