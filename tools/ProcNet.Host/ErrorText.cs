using System.Management.Automation;

namespace ProcNet.Host;

/// <summary>An error as one reads it: what, which id, and what to do about it.</summary>
internal static class ErrorText
{
    // Commands of the modules that come with pwsh and not with the engine.
    private static readonly HashSet<string> s_commandsOfPwsh = new(StringComparer.OrdinalIgnoreCase)
    {
        "Sort-Object", "sort", "Select-Object", "select", "Group-Object", "group", "Measure-Object", "measure", "Tee-Object", "tee",
        "Format-Table", "ft", "Format-List", "fl", "Format-Wide", "Format-Custom", "Out-String", "Out-File", "Out-Host", "Out-GridView",
        "Export-Csv", "Import-Csv", "ConvertTo-Csv", "ConvertFrom-Csv", "ConvertTo-Json", "ConvertFrom-Json", "ConvertTo-Html",
        "Export-Clixml", "Import-Clixml", "Get-Process", "gps", "Get-Date", "Start-Sleep", "sleep", "Write-Output", "echo",
        "Write-Host", "Get-Content", "cat", "Set-Content", "Get-ChildItem", "ls", "Test-Path", "Join-Path", "Start-ThreadJob",
        "Compare-Object", "New-Object", "Get-Member", "gm", "Invoke-Command",
    };

    public static string Of(ErrorRecord error)
    {
        string text = $"{error.InvocationInfo?.MyCommand?.Name ?? "ProcNet.Host"}: {error.ErrorDetails?.Message ?? error.Exception.Message}";
        if (error.Exception is CommandNotFoundException missing && s_commandsOfPwsh.Contains(missing.CommandName))
        {
            text = $"{missing.CommandName} comes with PowerShell, and this small host is only its engine: install pwsh 7.6 to use it.";
        }

        if (error.ErrorDetails?.RecommendedAction is { Length: > 0 } remedy)
        {
            text += Environment.NewLine + "  " + remedy;
        }

        return text + Environment.NewLine + $"  ({error.FullyQualifiedErrorId})";
    }
}
