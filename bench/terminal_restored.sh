#!/usr/bin/env bash
# Ends Show-ProcessTraffic in each way that there is, again and again, in a terminal (tmux), and counts how often the terminal is as before: the first
# buffer, a cursor, echo, whole lines. As root, after ./build.sh Build: bench/terminal_restored.sh [ROUNDS], four ends a round; 25 by default.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
module=$PWD/out/ProcNet
# shellcheck source=build/pwsh.sh
source build/pwsh.sh
pwsh=$(find_pwsh)
socket=procnet-restored
t() { tmux -L "$socket" "$@"; }
trap 't kill-server 2>/dev/null || true' EXIT
t new-session -d -x 80 -y 24 "env LANG=C.UTF-8 PS1='shell: ' sh"

# wait_until COMMAND...: for twenty seconds at most.
wait_until() { for _ in $(seq 200); do "$@" && return; sleep 0.1; done; return 1; }
alternate_is() { [ "$(t display -p '#{alternate_on}')" = "$1" ]; }
shows() { t capture-pane -p | grep -q "$1"; }
state() {
    local modes
    modes=$(stty -a -F "$(t display -p '#{pane_tty}')")
    echo "$(t display -p '#{alternate_on} #{cursor_flag}') $(grep -c ' echo ' <<<"$modes") $(grep -c ' icanon ' <<<"$modes")"
}

restored=0 ended=0
for _ in $(seq "${1:-25}"); do
    for how in interrupt TERM KILL exception; do
        upstream='Get-ProcessTraffic -Continuous -SampleInterval 0.5 -Interface lo'
        if [ "$how" = exception ]; then upstream="& { Start-Sleep 1; throw 'a fault upstream' }"; fi
        t send-keys "clear; $pwsh -NoProfile -NoLogo -Command \"Import-Module '$module'; $upstream | Show-ProcessTraffic\"; echo do''ne" Enter
        ended=$((ended + 1))
        wait_until alternate_is 1 || { echo "$how: no screen"; continue; }
        if [ "$how" != exception ]; then sleep 0.7; fi
        case $how in
            interrupt) t send-keys C-c ;;
            TERM | KILL) kill "-$how" "$(pgrep -f "Import-Module '$module'; $upstream . Show-ProcessTraffic" | tail -n 1)" ;;
        esac
        wait_until alternate_is 0 || true
        wait_until shows '^done' || true
        sleep 0.3
        if [ "$(state)" = '0 1 1 1' ]; then restored=$((restored + 1)); else echo "$how: $(state)"; fi
    done
done
echo "restored $restored of $ended"
[ "$restored" -eq "$ended" ]
