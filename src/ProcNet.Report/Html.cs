using System.Globalization;
using System.Net;
using System.Text;
using System.Xml;
using ProcNet.Text;

namespace ProcNet.Report;

/// <summary>Text as HTML. Whatever somebody else chose goes through here: names of processes, files, users, hosts.</summary>
internal static class Html
{
    private const int MaxLength = 160;

    // Digits in groups, which no culture reads as a decimal point.
    private static readonly NumberFormatInfo s_grouped = new() { NumberGroupSeparator = "\u202F", NumberDecimalDigits = 0 };

    /// <summary>A text, escaped, of a bounded length.</summary>
    public static string Text(string? text, int maxLength = MaxLength) => WebUtility.HtmlEncode(Plain(text, maxLength));

    /// <summary>The same without the escaping: what XML can hold, cut where it is too long.</summary>
    public static string Plain(string? text, int maxLength = MaxLength)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        StringBuilder plain = new(Math.Min(text.Length, maxLength + 1));
        foreach (Rune rune in OutsideText.Sanitize(text).EnumerateRunes())
        {
            if (plain.Length >= maxLength)
            {
                plain.Append('…');
                break;
            }

            // A lone surrogate comes as U+FFFD already; U+FFFE and U+FFFF are no characters.
            plain.Append(rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value) ? rune.ToString() : "\uFFFD");
        }

        return plain.ToString();
    }

    /// <summary>A number of bytes with a unit.</summary>
    public static string Size(double bytes) => SizeText.Of(bytes, CultureInfo.InvariantCulture).Replace(' ', '\u00A0');

    /// <summary>A number, all digits.</summary>
    public static string Number(long number) => number.ToString("N", s_grouped);

    /// <summary>
    /// A part of a whole in per cent, as HTML; nothing where there is no whole. All and nothing are said of nothing
    /// else.
    /// </summary>
    public static string Share(long part, long whole) =>
        whole == 0 ? ""
        : part == 0 ? "0\u00A0%"
        : (double)part / whole < 0.001 ? "&lt;\u00A00.1\u00A0%"
        : part < whole && (double)part / whole >= 0.9995 ? "&gt;\u00A099.9\u00A0%"
        : (100.0 * part / whole).ToString(part == whole ? "0" : "0.0", CultureInfo.InvariantCulture) + "\u00A0%";

    /// <summary>A moment, in local time.</summary>
    public static string Time(DateTime utc) => utc.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>A moment, in local time with its zone.</summary>
    public static string TimeAndZone(DateTime utc) => utc.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture);

    /// <summary>A length of time.</summary>
    public static string Length(TimeSpan time) =>
        time < TimeSpan.FromSeconds(100)
            ? time.TotalSeconds.ToString("0.##", CultureInfo.InvariantCulture) + "\u00A0s"
            : string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}\u00A0h");
}
