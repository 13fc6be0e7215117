# What the service of Register-TrafficAudit runs: measures until it is ended, and keeps the samples in a history. It ends with 3 where another process
# writes the history, so that it is not started again, and with 1 after any other failure. What it says is in the service's journal.
param(
    [Parameter(Mandatory)] [string] $Path,
    [string] $SampleInterval = '10s',
    [string] $Retention = '30d',
    [long] $MaximumSize = 200MB,
    [string] $Source = 'Auto',
    [switch] $IncludeRemote,
    [switch] $IncludeCommandLine
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
try {
    Import-Module -Name (Join-Path $PSScriptRoot 'ProcNet.psd1')

    # What the service may not see, it says.
    Test-ProcNet | Where-Object -Property Available -EQ $false | ForEach-Object { Write-Warning "$($_.Name): $($_.Detail) $($_.Impact)" }
    Get-ProcessTraffic -Continuous -SampleInterval $SampleInterval -Source $Source |
        Export-TrafficHistory -Path $Path -Retention $Retention -MaximumSize $MaximumSize -IncludeRemote:$IncludeRemote -IncludeCommandLine:$IncludeCommandLine
} catch {
    [Console]::Error.WriteLine("$_ $($_.ErrorDetails.RecommendedAction)")
    exit $(if ($_.FullyQualifiedErrorId -like 'HistoryInUse*') { 3 } else { 1 })
}
