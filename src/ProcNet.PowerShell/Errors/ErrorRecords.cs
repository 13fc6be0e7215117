using System.Management.Automation;
using ProcNet.Text;

namespace ProcNet.PowerShell.Errors;

/// <summary>
/// Makes every error record of the module. The id of an error is the name of its message in Strings.resx,
/// or of its <see cref="ProcNetError"/>; its remedy is the message's <c>_Remedy</c>.
/// </summary>
internal static class ErrorRecords
{
    /// <summary>An expected failure of the core.</summary>
    public static ErrorRecord From(ProcNetException failure) =>
        Make(failure, failure.Error.ToString(), CategoryOf(failure.Error), failure.Target, failure.Remedy);

    /// <summary>Something that was named literally does not exist.</summary>
    /// <param name="id">The name of the message.</param>
    /// <param name="target">What was named.</param>
    /// <param name="arguments">What the message names.</param>
    public static ErrorRecord NotFound(string id, object target, params object[] arguments) =>
        Make(
            new ItemNotFoundException(Messages.Format(id, arguments)),
            id,
            ErrorCategory.ObjectNotFound,
            target,
            Messages.Format(id + "_Remedy", arguments)
        );

    /// <summary>An argument that cannot be what it is.</summary>
    /// <param name="id">The name of the message.</param>
    /// <param name="target">The argument.</param>
    /// <param name="arguments">What the message names.</param>
    public static ErrorRecord InvalidArgument(string id, object target, params object[] arguments) =>
        Make(
            new PSArgumentException(Messages.Format(id, arguments)),
            id,
            ErrorCategory.InvalidArgument,
            target,
            Messages.Format(id + "_Remedy", arguments)
        );

    private static ErrorRecord Make(Exception exception, string id, ErrorCategory category, object? target, string remedy) =>
        new(exception, id, category, target is string text ? OutsideText.Sanitize(text) : target)
        {
            ErrorDetails = new ErrorDetails(exception.Message) { RecommendedAction = remedy },
        };

    private static ErrorCategory CategoryOf(ProcNetError error) =>
        error switch
        {
            ProcNetError.CapturePermissionDenied or ProcNetError.FileAccessDenied => ErrorCategory.PermissionDenied,
            ProcNetError.InterfaceNotFound or ProcNetError.FileNotFound => ErrorCategory.ObjectNotFound,
            ProcNetError.InvalidFilter => ErrorCategory.SyntaxError,
            ProcNetError.LinkTypesDiffer or ProcNetError.NeedsCapture => ErrorCategory.InvalidArgument,
            ProcNetError.LibpcapNotFound => ErrorCategory.NotInstalled,
            ProcNetError.CaptureFailed => ErrorCategory.DeviceError,
            ProcNetError.HistoryInUse or ProcNetError.HistoryLocked => ErrorCategory.ResourceBusy,
            ProcNetError.HistoryWriteFailed => ErrorCategory.WriteError,
            ProcNetError.FileExists => ErrorCategory.ResourceExists,
            ProcNetError.FileEmpty or ProcNetError.NotACapture or ProcNetError.NotASocketTable or ProcNetError.NotASocketListing =>
                ErrorCategory.InvalidData,
            ProcNetError.NotAHistory or ProcNetError.HistoryDamaged or ProcNetError.HistoryTooNew => ErrorCategory.InvalidData,
            ProcNetError.UnknownLinkType => ErrorCategory.NotImplemented,
            _ => ErrorCategory.ResourceUnavailable,
        };
}
