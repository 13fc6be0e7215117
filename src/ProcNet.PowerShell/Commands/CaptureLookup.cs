using System.Management.Automation;
using ProcNet.Monitoring;
using ProcNet.PowerShell.Errors;

namespace ProcNet.PowerShell.Commands;

/// <summary>Finds captures by their numbers.</summary>
internal static class CaptureLookup
{
    /// <summary>The captures with these numbers; a number without a capture is an error of the cmdlet, which goes on.</summary>
    public static IEnumerable<TrafficCapture> ById(Cmdlet cmdlet, int[] ids)
    {
        IReadOnlyList<TrafficCapture> captures = CaptureRegistry.List();
        foreach (int id in ids)
        {
            if (captures.FirstOrDefault(capture => capture.Id == id) is TrafficCapture found)
            {
                yield return found;
            }
            else
            {
                cmdlet.WriteError(ErrorRecords.NotFound(nameof(Strings.NoCaptureFoundForGivenId), id, id));
            }
        }
    }
}
