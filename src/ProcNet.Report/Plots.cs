using System.Globalization;
using System.Text;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace ProcNet.Report;

/// <summary>The plots of a page. Sent and received differ by their lines and fillings, not by colour alone.</summary>
internal static class Plots
{
    private const double CharacterWidth = 7.4;
    private const double RateMargin = 10 * CharacterWidth;
    private const int BarHeight = 24;
    private const int AxisHeight = 30;

    /// <summary>Bytes per second over time; where nothing was measured the line breaks.</summary>
    /// <param name="tally">Whose steps and measured times.</param>
    /// <param name="line">How much came when.</param>
    /// <param name="height">The height; the axis of time is left out where it is small.</param>
    /// <param name="caption">What it shows, for those who hear the page.</param>
    /// <param name="id">A name of its own on the page.</param>
    public static string OfTime(Tally tally, TimeLine line, int height, string caption, string id)
    {
        List<DataPoint> sent = [],
            received = [];
        double highest = 1;
        TimeGrid grid = tally.Grid;
        for (long step = grid.First; step <= grid.Last; step++)
        {
            DateTime begin = grid.BeginOf(step),
                end = grid.BeginOf(step + 1);
            double seconds = Seconds(tally, begin, end);
            if (seconds <= 0)
            {
                sent.Add(DataPoint.Undefined);
                received.Add(DataPoint.Undefined);
                continue;
            }

            (double sentBytes, double receivedBytes) = line[step];
            Add(sent, begin, end, sentBytes / seconds);
            Add(received, begin, end, receivedBytes / seconds);
            highest = Math.Max(highest, Math.Max(sentBytes, receivedBytes) / seconds);
        }

        bool isLarge = height > 150;
        PlotModel plot = Empty(RateMargin);
        plot.Axes.Add(TimeAxis(grid.BeginOf(grid.First), grid.BeginOf(grid.Last + 1), isLarge));
        plot.Axes.Add(
            new LinearAxis
            {
                Position = AxisPosition.Left,
                Minimum = 0,
                Maximum = highest * 1.05,
                MajorStep = NiceStep(highest / (isLarge ? 3 : 1)),
                MajorGridlineStyle = LineStyle.Solid,
                MajorGridlineColor = Ink.Grid,
                MinorTickSize = 0,
                TickStyle = OxyPlot.Axes.TickStyle.None,
                AxislineStyle = LineStyle.None,
                LabelFormatter = static value => Html.Size(value) + "/s",
            }
        );
        plot.Series.Add(Line(sent, Ink.Sent, dashes: null));
        plot.Series.Add(Line(received, Ink.Received, dashes: [5, 4]));
        return Svg.Of(plot, height, caption, id);
    }

    /// <summary>A bar for each sum, sent and received behind each other.</summary>
    public static string OfSums(IReadOnlyList<Sum> sums, Func<Sum, string> name, string caption, string id)
    {
        string[] names = [.. sums.Select(name)];
        PlotModel plot = Empty(CharacterWidth * names.Max(static text => text.EnumerateRunes().Sum(Columns)));
        plot.Axes.Add(Names(names));
        plot.Axes.Add(
            new LinearAxis
            {
                Position = AxisPosition.Bottom,
                Minimum = 0,
                Maximum = Math.Max(1, sums.Max(sum => sum.TotalBytes) * 1.02),
                MajorStep = NiceStep(Math.Max(1, sums.Max(sum => sum.TotalBytes)) / 3.0),
                MajorGridlineStyle = LineStyle.Solid,
                MajorGridlineColor = Ink.Grid,
                MinorTickSize = 0,
                TickStyle = OxyPlot.Axes.TickStyle.None,
                LabelFormatter = Html.Size,
            }
        );
        plot.Series.Add(Bars(sums, static sum => sum.SentBytes, Ink.Sent, Ink.Sent));
        plot.Series.Add(Bars(sums, static sum => sum.ReceivedBytes, Ink.Hatch, Ink.Received));
        return Svg.Of(plot, (sums.Count * BarHeight) + AxisHeight, caption, id);
    }

    /// <summary>From the first packets to the last, for each sum that knows it.</summary>
    public static string OfActivity(IReadOnlyList<Sum> sums, Func<Sum, string> name, string caption, string id)
    {
        DateTime begin = sums.Min(sum => sum.Activity!.All[0].Begin),
            end = sums.Max(sum => sum.Activity!.All[^1].End);
        if (end - begin < TimeSpan.FromSeconds(1))
        {
            end = begin + TimeSpan.FromSeconds(1);
        }

        // A packet alone is seen too.
        TimeSpan least = (end - begin) / 300;
        string[] names = [.. sums.Select(name)];
        PlotModel plot = Empty(CharacterWidth * names.Max(static text => text.EnumerateRunes().Sum(Columns)));
        plot.Axes.Add(Names(names));
        plot.Axes.Add(TimeAxis(begin, end, hasLabels: true));
        var bars = new IntervalBarSeries
        {
            FillColor = Ink.Sent,
            StrokeThickness = 0,
            BarWidth = 0.5,
            LabelFormatString = "",
        };
        for (int i = 0; i < sums.Count; i++)
        {
            foreach ((DateTime first, DateTime last) in sums[i].Activity!.All)
            {
                DateTime shown = last - first < least ? first + least : last;
                bars.Items.Add(new IntervalBarItem(Number(first), Number(shown)) { CategoryIndex = i });
            }
        }

        plot.Series.Add(bars);
        return Svg.Of(plot, (sums.Count * BarHeight) + AxisHeight, caption, id);
    }

    /// <summary>How long was measured of a step.</summary>
    private static double Seconds(Tally tally, DateTime begin, DateTime end)
    {
        // Of several hosts at once, the time that any of them measured.
        double longest = 0;
        foreach (Spans measured in tally.Measured.Values)
        {
            longest = Math.Max(longest, measured.Overlap(begin, end).TotalSeconds);
        }

        return longest;
    }

    /// <param name="left">How wide what stands left of it is. OxyPlot measures by a font that a browser may not have.</param>
    private static PlotModel Empty(double left) =>
        new()
        {
            PlotMargins = new OxyThickness(left + 10, double.NaN, double.NaN, double.NaN),
            Culture = CultureInfo.InvariantCulture,
            TextColor = Ink.Text,
            PlotAreaBorderThickness = new OxyThickness(1, 0, 0, 1),
            PlotAreaBorderColor = Ink.Axis,
            Padding = new OxyThickness(4, 4, 12, 2),
            DefaultFontSize = 12,
            IsLegendVisible = false,
        };

    private static CategoryAxis Names(string[] names)
    {
        var axis = new CategoryAxis
        {
            Position = AxisPosition.Left,

            // The largest on top.
            StartPosition = 1,
            EndPosition = 0,
            GapWidth = 0.4,
            MinorTickSize = 0,
            TickStyle = OxyPlot.Axes.TickStyle.None,
        };
        axis.Labels.AddRange(names);
        return axis;
    }

    private static DateTimeAxis TimeAxis(DateTime begin, DateTime end, bool hasLabels)
    {
        double length = (end - begin).TotalDays;
        string format =
            length > 3 ? "MM-dd"
            : length > 0.99 ? "MM-dd HH:mm"
            : length > 0.02 ? "HH:mm"
            : "HH:mm:ss";
        return new DateTimeAxis
        {
            Position = AxisPosition.Bottom,
            Minimum = Number(begin),
            Maximum = Number(end),
            StringFormat = format,
            MajorGridlineStyle = LineStyle.Solid,
            MajorGridlineColor = Ink.Grid,
            MinorTickSize = 0,
            TickStyle = OxyPlot.Axes.TickStyle.None,
            TextColor = hasLabels ? OxyColors.Automatic : OxyColors.Transparent,
            FontSize = hasLabels ? double.NaN : 1,
        };
    }

    private static LineSeries Line(List<DataPoint> points, OxyColor color, double[]? dashes)
    {
        var line = new LineSeries
        {
            Color = color,
            Dashes = dashes,
            StrokeThickness = 1.6,
            LineJoin = LineJoin.Miter,
            MinimumSegmentLength = 0,
            EdgeRenderingMode = EdgeRenderingMode.PreferGeometricAccuracy,
        };
        line.Points.AddRange(points);
        return line;
    }

    private static BarSeries Bars(IReadOnlyList<Sum> sums, Func<Sum, long> bytes, OxyColor fill, OxyColor stroke)
    {
        var bars = new BarSeries
        {
            IsStacked = true,
            FillColor = fill,
            StrokeColor = stroke,
            StrokeThickness = 1,
        };
        bars.Items.AddRange(sums.Select(sum => new BarItem(bytes(sum))));
        return bars;
    }

    private static void Add(List<DataPoint> points, DateTime begin, DateTime end, double rate)
    {
        points.Add(new DataPoint(Number(begin), rate));
        points.Add(new DataPoint(Number(end), rate));
    }

    private static double Number(DateTime utc) => DateTimeAxis.ToDouble(utc.ToLocalTime());

    // East Asian characters and symbols are about twice as wide.
    private static int Columns(Rune character) => character.Value >= 0x1100 ? 2 : 1;

    /// <summary>The largest number that reads well in binary units and is not above another: 1, 2, 5, 10 … of B, KiB, MiB.</summary>
    private static double NiceStep(double most)
    {
        double unit = 1;
        while (most / unit >= 512)
        {
            unit *= 1024;
        }

        double scaled = most / unit;
        double power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(scaled, 1e-9))));
        double digit = scaled / power;
        double nice =
            digit >= 5 ? 5
            : digit >= 2 ? 2
            : 1;
        return Math.Max(1, nice * power * unit);
    }
}
