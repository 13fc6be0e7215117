using System.Management.Automation;

namespace ProcNet.Host;

/// <summary>An error as one reads it: who says it, what, its id, and what to do about it.</summary>
internal static class ErrorText
{
    public static string Of(ErrorRecord error)
    {
        string speaker = error.InvocationInfo?.MyCommand?.Name is { Length: > 0 } command ? command : "Error";
        string message = (error.ErrorDetails?.Message ?? error.Exception.Message).TrimEnd();
        string? remedy = error.ErrorDetails?.RecommendedAction;
        if (error.Exception is CommandNotFoundException missing && PwshCommands.Contains(missing.CommandName))
        {
            speaker = missing.CommandName;
            message = "This command comes with PowerShell, and this small host is only the engine of it.";
            remedy = "Install pwsh 7.6 or newer: the same command line then runs there.";
        }

        string text = $"{speaker}: {message} [{error.FullyQualifiedErrorId}]";
        return string.IsNullOrEmpty(remedy) ? text : $"{text}{Environment.NewLine}  {remedy}";
    }
}
