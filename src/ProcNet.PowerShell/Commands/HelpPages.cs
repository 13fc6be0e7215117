namespace ProcNet.PowerShell.Commands;

/// <summary>Where the pages of docs/en-US stand on the web, for Get-Help -Online; ProjectUri in the manifest is their project.</summary>
internal static class HelpPages
{
    /// <summary>The address of a page, before its file's name.</summary>
    public const string Base = "https://github.com/ProcNet/ProcNet/blob/main/docs/en-US/";
}
