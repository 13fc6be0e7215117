using ProcNet.Presentation;

namespace ProcNet.Report;

/// <summary>Reports as one HTML page with plots by OxyPlot. The one door into this assembly.</summary>
public sealed class ReportLibrary : IReportLibrary
{
    /// <inheritdoc/>
    IReportBuilder IReportLibrary.Begin(ReportOptions options) => new ReportBuilder(options);
}
