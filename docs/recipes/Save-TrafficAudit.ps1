# One run of an audit: samples into a CSV file of the run's own. Called by a timer or by cron; see audit.md.
#
# Every run writes its own file, so that runs which overlap lose nothing. Each sample is in the file as soon as it is over: SIGTERM, a crash and a restart
# leave all samples before. A run without traffic leaves rows that say so (Idle), a run that may not measure a row with its error (Refused).
param(
    [string] $Folder = '/var/log/procnet',
    [string] $Interval = '1m',
    [long] $Samples = 15,
    [string] $Source = 'Auto',
    [string[]] $Interface,
    [int] $KeepDays = 30
)
$ErrorActionPreference = 'Stop'
Import-Module ProcNet
$null = New-Item -ItemType Directory -Path $Folder -Force
$now = [DateTime]::UtcNow
$file = Join-Path $Folder ('{0}-{1:yyyyMMddTHHmmssZ}-{2}.csv' -f [Environment]::MachineName, $now, $PID)

# What is older goes.
Get-ChildItem -Path $Folder -Filter '*.csv' | Where-Object LastWriteTimeUtc -LT $now.AddDays(-$KeepDays) | Remove-Item

$which = if ($Interface) { @{ Interface = $Interface } } else { @{} }
try {
    Get-ProcessTraffic -SampleInterval $Interval -MaxSamples $Samples -Source $Source @which | ConvertTo-TrafficRecord | ForEach-Object {
        # Opened for each row: nothing waits in a buffer when the machine stops.
        $_ | Export-Csv -Path $file -Append
    }
}
catch {
    $refusal = [ordered]@{ ComputerName = [Environment]::MachineName; Timestamp = [DateTime]::Now.ToString('yyyy-MM-ddTHH:mm:ss.ffffffzzz'); Category = 'Refused'; Reason = "$_" }
    if (Test-Path -Path $file) { $refusal | ConvertTo-Json -Compress | Add-Content -Path "$file.error" } else { [pscustomobject] $refusal | Export-Csv -Path $file }
    exit 1
}
