using System.Globalization;
using ProcNet.Monitoring;

namespace ProcNet.PowerShell.Binding;

/// <summary>Completes the numbers of captures.</summary>
internal sealed class CaptureIdCompleter : WordCompleter
{
    /// <inheritdoc/>
    protected override IEnumerable<(string Word, string ToolTip)> Words()
    {
        foreach (TrafficCapture capture in CaptureRegistry.List())
        {
            yield return (capture.Id.ToString(CultureInfo.InvariantCulture), capture.ToString());
        }
    }
}
