#!/usr/bin/env bash
# Runs a command in PowerShell with the module imported: run.sh PWSH MODULE COMMAND. Standard output has the command's output and nothing else: where it is
# no terminal, warnings and the like, which pwsh writes there too, go to standard error, and there are no colours.
set -euo pipefail
pwsh=$1 module=${2//\'/\'\'} command=$3
export POWERSHELL_UPDATECHECK=Off POWERSHELL_TELEMETRY_OPTOUT=1
begin="\$ErrorActionPreference = 'Stop'; Import-Module '$module'; \$ErrorActionPreference = 'Continue'"
if [ -t 1 ]; then exec "$pwsh" -NoProfile -NonInteractive -Command "$begin; $command"; fi
export NO_COLOR=1
# The command stands on lines of its own: it may end in a comment.
exec "$pwsh" -NoProfile -NonInteractive -Command "$begin; & {
$command
\$global:__runSucceeded = \$?
} 3>&1 4>&1 5>&1 6>&1 | & { process {
    if (\$_ -is [System.Management.Automation.WarningRecord]) { [Console]::Error.WriteLine('WARNING: ' + \$_.Message) }
    elseif (\$_ -is [System.Management.Automation.VerboseRecord]) { [Console]::Error.WriteLine('VERBOSE: ' + \$_.Message) }
    elseif (\$_ -is [System.Management.Automation.DebugRecord]) { [Console]::Error.WriteLine('DEBUG: ' + \$_.Message) }
    elseif (\$_ -is [System.Management.Automation.InformationRecord]) { [Console]::Error.WriteLine(\$_.MessageData) }
    else { \$_ }
} }; if (-not \$global:__runSucceeded) { exit 1 }"
