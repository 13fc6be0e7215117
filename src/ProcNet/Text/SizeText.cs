using System.Globalization;

namespace ProcNet.Text;

/// <summary>Numbers of bytes as people read them.</summary>
internal static class SizeText
{
    private static readonly string[] s_units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Three significant digits and a binary unit: <c>512 B</c>, <c>1.46 KiB</c>, <c>12.3 GiB</c>.</summary>
    /// <param name="bytes">The number of bytes.</param>
    /// <param name="culture">Whose decimal point.</param>
    public static string Of(double bytes, CultureInfo culture)
    {
        double value = bytes;
        int unit = 0;

        // From 999.5 on, three digits would round to a thousand.
        while (Math.Abs(value) >= 999.5 && unit < s_units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        string format =
            unit == 0 || Math.Abs(value) >= 99.95 ? "0"
            : Math.Abs(value) >= 9.995 ? "0.0"
            : "0.00";
        return value.ToString(format, culture) + " " + s_units[unit];
    }
}
