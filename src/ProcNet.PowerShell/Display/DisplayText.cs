using System.ComponentModel;
using System.Globalization;
using ProcNet.Text;

namespace ProcNet.PowerShell;

/// <summary>What the table views show in place of the raw properties. Called from ProcNet.Format.ps1xml.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class DisplayText
{
    /// <summary>
    /// A number of bytes with three significant digits and a binary unit: <c>512 B</c>, <c>1.46 KiB</c>, <c>12.3
    /// GiB</c>.
    /// </summary>
    /// <param name="bytes">The number of bytes.</param>
    /// <returns>The text, in the current culture.</returns>
    public static string Bytes(long bytes) => SizeText.Of(bytes, CultureInfo.CurrentCulture);

    /// <summary>The name of a process, or, between brackets, why there is none: <c>[no socket]</c>.</summary>
    /// <param name="processName">The name; null where no process is known.</param>
    /// <param name="category">Where the bytes are accounted.</param>
    /// <param name="hasExited">Whether the process has ended; null where that is not known.</param>
    /// <returns>The text.</returns>
    public static string Owner(string? processName, TrafficCategory category, bool? hasExited) =>
        category == TrafficCategory.Process && hasExited == true ? $"{processName} (exited)" : OwnerText.Of(processName, category);

    /// <summary>A process in one column: <c>2143 firefox</c>, or, between brackets, why there is none.</summary>
    /// <param name="processId">The process; null where none is known.</param>
    /// <param name="processName">Its name.</param>
    /// <param name="category">Where the bytes are accounted.</param>
    /// <returns>The text.</returns>
    public static string Process(int? processId, string? processName, TrafficCategory category) =>
        processId is int id ? $"{id} {processName}" : Owner(processName, category, hasExited: null);

    /// <summary>A length of time in whole seconds: <c>00:01:30</c>, <c>120:00:00</c>.</summary>
    /// <param name="time">The length.</param>
    /// <returns>Hours, minutes and seconds.</returns>
    public static string Elapsed(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours:00}:{time.Minutes:00}:{time.Seconds:00}");

    /// <summary>An address and port as people write them; without a port where there is none.</summary>
    /// <param name="address">The address; null where there is none.</param>
    /// <param name="port">The port; 0 for none.</param>
    /// <returns><c>192.0.2.1:443</c>, <c>[2001:db8::1]:443</c>, <c>192.0.2.1</c>, or nothing.</returns>
    public static string Endpoint(object? address, int port) =>
        address?.ToString() switch
        {
            null => "",
            string text when port == 0 => text,
            string text when text.Contains(':', StringComparison.Ordinal) => $"[{text}]:{port}",
            string text => $"{text}:{port}",
        };
}
