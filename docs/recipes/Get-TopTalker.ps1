# Last night's top talkers, out of the files of Save-TrafficAudit.ps1. See audit.md.
param(
    [string] $Folder = '/var/log/procnet',
    [DateTimeOffset] $After = [DateTimeOffset]::Now.Date.AddHours(-2),
    [DateTimeOffset] $Before = [DateTimeOffset]::Now,
    [int] $First = 10
)
Get-ChildItem -Path $Folder -Filter '*.csv' | ForEach-Object { Import-Csv -Path $_ } |
    Where-Object { [DateTimeOffset] $_.Timestamp -ge $After -and [DateTimeOffset] $_.Timestamp -le $Before -and $_.Category -notin 'Idle', 'Refused' } |
    Group-Object -Property ComputerName, Owner, Path | ForEach-Object {
        [pscustomobject]@{
            ComputerName = $_.Group[0].ComputerName
            Owner = $_.Group[0].Owner
            Path = $_.Group[0].Path
            SentBytes = [long] ($_.Group | Measure-Object -Property SentBytes -Sum).Sum
            ReceivedBytes = [long] ($_.Group | Measure-Object -Property ReceivedBytes -Sum).Sum
        }
    } | Sort-Object -Property { $_.SentBytes + $_.ReceivedBytes } -Descending | Select-Object -First $First
