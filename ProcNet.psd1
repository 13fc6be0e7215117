@{
    RootModule           = 'ProcNet.PowerShell.dll'
    # Staging writes the version of Directory.Build.props here.
    ModuleVersion        = '0.1.0'
    GUID                 = 'c1c9a1de-9b3b-4c57-8a3f-2d5a6f0e7b41'
    Author               = 'ProcNet contributors'
    CompanyName          = 'ProcNet contributors'
    Copyright            = '(c) ProcNet contributors. MIT licence.'
    Description          = 'Which process uses the network, how much, and with whom: captures packets, reads socket tables and descriptors on Linux, and joins the three into traffic per process.'
    PowerShellVersion    = '7.6'
    CompatiblePSEditions = @('Core')
    TypesToProcess       = @('ProcNet.Types.ps1xml')
    FormatsToProcess     = @('ProcNet.Format.ps1xml')
    FunctionsToExport    = @()
    # With commas: a list of statements costs the import a compiled call site.
    CmdletsToExport      = @(
        'Get-ProcSocket',
        'Get-NetConnectionInode',
        'Start-TrafficCapture',
        'Stop-TrafficCapture',
        'Get-TrafficCapture',
        'Get-TrafficFlow',
        'Get-ProcessTraffic',
        'Measure-ProcessTraffic',
        'Show-ProcessTraffic',
        'Export-TrafficReport',
        'Test-ProcNet',
        'ConvertTo-TrafficRecord',
        'Export-TrafficHistory',
        'Get-TrafficHistory',
        'Test-TrafficHistory',
        'Remove-TrafficHistory',
        'Register-TrafficAudit',
        'Get-TrafficAudit',
        'Unregister-TrafficAudit'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('Linux', 'Network', 'Process', 'Traffic', 'Socket', 'Capture', 'pcap', 'eBPF', 'nethogs', 'PSEdition_Core')
            LicenseUri   = 'https://opensource.org/license/mit'
            ProjectUri   = 'https://github.com/ProcNet/ProcNet'
            ReleaseNotes = 'https://github.com/ProcNet/ProcNet/blob/main/CHANGELOG.md'
        }
    }
}
