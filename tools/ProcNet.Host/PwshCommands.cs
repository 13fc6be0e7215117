using System.Collections.Frozen;

namespace ProcNet.Host;

/// <summary>The commands of the modules that come with pwsh and not with its engine, so that one who misses them is told how to get them.</summary>
internal static class PwshCommands
{
    private static readonly FrozenSet<string> s_names = string.Join(
        ' ',
        // Microsoft.PowerShell.Utility
        "Add-Member Add-Type Clear-Variable Compare-Object ConvertFrom-CliXml ConvertFrom-Csv ConvertFrom-Json ConvertFrom-Markdown",
        "ConvertFrom-StringData ConvertTo-CliXml ConvertTo-Csv ConvertTo-Html ConvertTo-Json ConvertTo-Xml Export-Alias Export-Clixml",
        "Export-Csv Export-FormatData Format-Custom Format-Hex Format-List Format-Table Format-Wide Get-Alias Get-Culture Get-Date",
        "Get-Error Get-Event Get-FileHash Get-FormatData Get-Host Get-Member Get-Random Get-SecureRandom Get-TypeData Get-UICulture",
        "Get-Unique Get-Uptime Get-Variable Group-Object Import-Alias Import-Clixml Import-Csv Import-LocalizedData",
        "Import-PowerShellDataFile Invoke-Expression Invoke-RestMethod Invoke-WebRequest Join-String Measure-Command Measure-Object",
        "New-Alias New-Event New-Guid New-Object New-TemporaryFile New-TimeSpan New-Variable Out-File Out-GridView Out-Printer Out-String",
        "Read-Host Register-EngineEvent Register-ObjectEvent Remove-Alias Remove-Event Remove-Variable Select-Object Select-String",
        "Select-Xml Send-MailMessage Set-Alias Set-Date Set-Variable Show-Markdown Sort-Object Start-Sleep Tee-Object Test-Json",
        "Trace-Command Unregister-Event Update-FormatData Update-List Update-TypeData Wait-Debugger Wait-Event Write-Debug Write-Error",
        "Write-Host Write-Information Write-Output Write-Progress Write-Verbose Write-Warning",
        // Microsoft.PowerShell.Management
        "Add-Content Clear-Content Clear-Item Convert-Path Copy-Item Get-ChildItem Get-Content Get-Item Get-ItemProperty Get-Location",
        "Get-Process Get-PSDrive Get-PSProvider Invoke-Item Join-Path Move-Item New-Item Pop-Location Push-Location Remove-Item",
        "Rename-Item Resolve-Path Set-Content Set-Item Set-Location Split-Path Start-Process Stop-Process Test-Connection Test-Path",
        "Wait-Process",
        // Microsoft.PowerShell.ThreadJob
        "Start-ThreadJob",
        // The aliases of the above that are in use on Linux, where sort, ls and cat are programs
        "compare echo epcsv fc fl ft fw gal gc gci gi gm gps group gu gv iex ipcsv irm iwr measure oh select sls spps",
        "write cd chdir dir erase popd pushd").Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static bool Contains(string command) => s_names.Contains(command);
}
