namespace ProcNet.Presentation;

/// <summary>Begins reports. Implemented by ProcNet.Report, which is loaded when it is first needed.</summary>
internal interface IReportLibrary
{
    /// <summary>Begins a report.</summary>
    IReportBuilder Begin(ReportOptions options);
}

/// <summary>Sums what a report is about, and makes the page of it. One thread at a time.</summary>
internal interface IReportBuilder
{
    /// <summary>Takes a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="totals">The totals of the measurement that the row is of; null where they are not known.</param>
    void Add(TrafficRow row, TrafficStatistics? totals);

    /// <summary>Takes the totals of a measurement whose rows do not bring them.</summary>
    void Add(TrafficStatistics totals);

    /// <summary>The page: HTML in UTF-8. The same rows in the same order give the same bytes.</summary>
    byte[] Render();
}

/// <summary>How a report looks.</summary>
/// <param name="Title">What stands above it.</param>
/// <param name="Top">How many rows a table has at most.</param>
internal sealed record ReportOptions(string Title, int Top);
