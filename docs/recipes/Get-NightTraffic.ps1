# The largest executables of each hour of a night, out of a history, and what of the night is missing. See questions.md.
[CmdletBinding()]
param(
    [string] $Path,
    [DateTime] $After = [DateTime]::Today.AddHours(-2),
    [DateTime] $Before = [DateTime]::Now,
    [int] $First = 3
)
$when = @{ After = $After; Before = $Before }
if ($Path) { $when.Path = $Path }
Get-TrafficHistory @when -Interval 1h -GroupBy Executable | Group-Object -Property Timestamp | ForEach-Object {
    $_.Group | Select-Object -First $First | Select-Object -Property Timestamp, Group, SentBytes, ReceivedBytes, Duration
}
Test-TrafficHistory @when | Where-Object -Property IsComplete -EQ $false | ForEach-Object { Write-Warning "$($_.StartTime): $($_.Reason)" }
