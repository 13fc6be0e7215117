using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OxyPlot;

namespace ProcNet.Report;

/// <summary>A plot as SVG that stands within a page: small, with the page's colours and fonts, and with names of its own.</summary>
internal static partial class Svg
{
    private const int Width = 780;

    private static readonly XNamespace s_svg = "http://www.w3.org/2000/svg";

    /// <summary>Draws it.</summary>
    public static string Of(PlotModel plot, int height, string caption, string id)
    {
        var exporter = new SvgExporter
        {
            Width = Width,
            Height = height,
            IsDocument = false,
        };
        var drawing = XElement.Parse(exporter.ExportToString(plot));
        if (plot.GetLastPlotException() is { } failure)
        {
            throw new InvalidOperationException(failure.Message, failure);
        }

        drawing.RemoveAttributes();
        drawing.SetAttributeValue("viewBox", string.Create(CultureInfo.InvariantCulture, $"0 0 {Width} {height}"));
        drawing.SetAttributeValue("role", "img");
        drawing.SetAttributeValue("aria-label", caption);
        foreach (XElement element in drawing.Descendants().ToArray())
        {
            Shrink(element, id);
        }

        Strip(drawing);
        return drawing.ToString(SaveOptions.DisableFormatting);
    }

    private static void Shrink(XElement element, string id)
    {
        foreach (XAttribute attribute in element.Attributes().ToArray())
        {
            switch (attribute.Name.LocalName)
            {
                case "font-family" or "font-weight" or "shape-rendering":
                    attribute.Remove();
                    break;
                case "id":
                    attribute.Value = id + attribute.Value;
                    break;
                case "clip-path":
                    attribute.Value = attribute.Value.Replace("url(#", "url(#" + id, StringComparison.Ordinal);
                    break;
                case "fill":
                    attribute.Value = Ink.Style(attribute.Value) ?? attribute.Value;
                    break;
                case "style":
                    attribute.Value = Color().Replace(attribute.Value, static match => Ink.Style(match.Value) ?? match.Value);
                    break;
                default:
                    attribute.Value = LongFraction().Replace(attribute.Value, "$1");
                    break;
            }
        }

        // Nothing is seen of a line without width.
        if (
            element.Attribute("style")?.Value.Contains("stroke-width:0;", StringComparison.Ordinal) == true
            || element.Attribute("style")?.Value.EndsWith("stroke-width:0", StringComparison.Ordinal) == true
        )
        {
            if (element.Name.LocalName == "polyline")
            {
                element.Remove();
            }
        }

        if (element.Attribute("fill")?.Value == "none" && element.Name.LocalName == "text")
        {
            element.Remove();
        }
    }

    // Within HTML the elements need no namespace.
    private static void Strip(XElement drawing)
    {
        foreach (XElement element in drawing.DescendantsAndSelf())
        {
            if (element.Name.Namespace == s_svg)
            {
                element.Name = element.Name.LocalName;
            }
        }
    }

    [GeneratedRegex(@"(\.\d)\d+")]
    private static partial Regex LongFraction();

    [GeneratedRegex(@"rgb\(\d+,\d+,\d+\)")]
    private static partial Regex Color();
}
