# Before and after a deployment: what each executable sends and receives per second, from two files of Get-ProcessTraffic. See questions.md.
#
#   Get-ProcessTraffic 10m -GroupBy Executable | Export-Clixml before.xml     # and after it: after.xml
param([Parameter(Mandatory)] [string] $BeforePath, [Parameter(Mandatory)] [string] $AfterPath)
$rates = @{}
foreach ($side in @{ Name = 'Before'; Path = $BeforePath }, @{ Name = 'After'; Path = $AfterPath }) {
    foreach ($row in Import-Clixml -Path $side.Path) {
        if (-not $rates[$row.Group]) { $rates[$row.Group] = @{ Before = 0.0; After = 0.0 } }
        $rates[$row.Group][$side.Name] += $row.SentRate + $row.ReceivedRate
    }
}
$rates.GetEnumerator() | ForEach-Object {
    [pscustomobject]@{ Group = $_.Key; Before = $_.Value.Before; After = $_.Value.After; Change = $_.Value.After - $_.Value.Before }
} | Sort-Object -Property { [Math]::Abs($_.Change) } -Descending
