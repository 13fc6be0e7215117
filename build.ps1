#Requires -Version 7.6
<#
.SYNOPSIS
The tasks of build.sh for people inside pwsh. The work stands in build.sh and in the MSBuild files that it calls.
.EXAMPLE
./build.ps1 -Task Test
.EXAMPLE
./build.ps1 Run 'Get-NetConnectionInode -State Listen'
#>
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('Build', 'Test', 'Run', 'Bench', 'Format', 'Help', 'Install', 'Uninstall', 'Package', 'Clean')]
    [string] $Task = 'Build',

    # Of Run: the command. Of Test: one project under tests/. Of Bench: a part.
    [Parameter(Position = 1)]
    [string] $Argument,

    # Of Install and Uninstall: for every user of this machine, as a service or cron of root needs it.
    [switch] $AllUsers
)

$arguments = @($Task)
if ($Argument) { $arguments += $Argument }
if ($AllUsers) { $arguments += '-AllUsers' }
& "$PSScriptRoot/build.sh" @arguments
exit $LASTEXITCODE
