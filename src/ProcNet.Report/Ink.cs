using OxyPlot;

namespace ProcNet.Report;

/// <summary>
/// Colours that stand for those of the page: a plot is drawn with these, and <see cref="Svg"/> puts the style's own in their place, so that
/// one plot does for light, dark and paper.
/// </summary>
internal static class Ink
{
    public static readonly OxyColor Text = OxyColor.FromRgb(1, 1, 1);
    public static readonly OxyColor Axis = OxyColor.FromRgb(1, 1, 2);
    public static readonly OxyColor Grid = OxyColor.FromRgb(1, 1, 3);
    public static readonly OxyColor Sent = OxyColor.FromRgb(1, 1, 4);
    public static readonly OxyColor Received = OxyColor.FromRgb(1, 1, 5);
    public static readonly OxyColor Hatch = OxyColor.FromRgb(1, 1, 6);

    /// <summary>What the style has for a colour as OxyPlot writes it; null for another.</summary>
    public static string? Style(string color) =>
        color switch
        {
            "rgb(1,1,1)" => "currentColor",
            "rgb(1,1,2)" => "var(--axis)",
            "rgb(1,1,3)" => "var(--grid)",
            "rgb(1,1,4)" => "var(--sent)",
            "rgb(1,1,5)" => "var(--received)",
            "rgb(1,1,6)" => "url(#hatch)",
            _ => null,
        };
}
