using System.Globalization;
using ProcNet.Text;

namespace ProcNet.PowerShell.Errors;

/// <summary>Fills in the texts of Strings.resx.</summary>
internal static class Messages
{
    /// <summary>A message.</summary>
    /// <param name="name">Its name in Strings.resx, given as <c>nameof(Strings.X)</c>.</param>
    /// <param name="arguments">What it names.</param>
    public static string Format(string name, params object?[] arguments) =>
        OutsideText.Sanitize(
            string.Format(CultureInfo.CurrentCulture, Strings.ResourceManager.GetString(name, Strings.Culture)!, arguments)
        );
}
