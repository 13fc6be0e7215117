using ProcNet.History;
using ProcNet.Presentation;
using ProcNet.Sources;

namespace ProcNet.PowerShell.Loading;

/// <summary>
/// What stands in <c>lib/</c>, each loaded at its first use. For a new one: its contract in the core, a line here, a project in <c>src/</c>
/// and its files in <c>build/Module.proj</c>.
/// </summary>
internal static class Libraries
{
    /// <summary>libpcap, by SharpPcap.</summary>
    public static OptionalLibrary<ICaptureLibrary> Capture { get; } = new("ProcNet.Capture", "ProcNet.Capture.PcapLibrary");

    /// <summary>Histories, on SQLite.</summary>
    public static OptionalLibrary<IHistoryLibrary> History { get; } =
        new("ProcNet.History", "ProcNet.History.Storage.SqliteHistoryLibrary");

    /// <summary>Live screens, by Spectre.Console.</summary>
    public static OptionalLibrary<IScreenLibrary> Screen { get; } = new("ProcNet.Screen", "ProcNet.Screen.ScreenLibrary");

    /// <summary>Reports with plots, by OxyPlot.</summary>
    public static OptionalLibrary<IReportLibrary> Report { get; } = new("ProcNet.Report", "ProcNet.Report.ReportLibrary");
}
