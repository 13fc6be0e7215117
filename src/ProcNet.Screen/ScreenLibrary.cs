using System.Runtime.Versioning;
using ProcNet.Presentation;

namespace ProcNet.Screen;

/// <summary>Screens drawn with Spectre.Console. The one door into this assembly.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ScreenLibrary : IScreenLibrary
{
    /// <inheritdoc/>
    ITrafficScreen IScreenLibrary.Open(ScreenOptions options) => TrafficScreen.Open(options, new ConsoleTerminal(options.HasKeys));
}
