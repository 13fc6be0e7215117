#!/usr/bin/env bash
# Makes the pictures of README, of real traffic between two network namespaces of their own: docs/pictures/screen.svg is what a terminal of 100×22
# shows of Show-ProcessTraffic, docs/pictures/report.png what a browser shows of a report. As root, after ./build.sh Build. Needs tmux, python3, curl, iperf3,
# chromium.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
# shellcheck source=build/pwsh.sh
source build/pwsh.sh
pwsh=$(find_pwsh)
for need in tmux python3 curl iperf3 chromium ip; do
    command -v "$need" >/dev/null || { echo "$need is missing." >&2; exit 2; }
done

near=procnet-near far=procnet-far socket=procnet-pictures
work=$(mktemp -d)
clean() {
    tmux -L "$socket" kill-server 2>/dev/null || true
    for space in "$near" "$far"; do
        # shellcheck disable=SC2046
        kill $(ip netns pids "$space" 2>/dev/null) 2>/dev/null || true
        ip netns del "$space" 2>/dev/null || true
    done
    rm -rf "$work" "/etc/netns/$near"
}
trap clean EXIT

ip netns add "$near"
ip netns add "$far"
ip link add near0 netns "$near" type veth peer name far0 netns "$far"
for pair in "$near near0 192.0.2.1" "$far far0 192.0.2.2"; do
    read -r space link address <<<"$pair"
    ip -n "$space" link set lo up
    ip -n "$space" addr add "$address/24" dev "$link"
    ip -n "$space" link set "$link" up
done

# Who talks: a bulk transfer, downloads that come and go, a steady small one, and datagrams to a closed port.
ip netns exec "$far" iperf3 -s -D >/dev/null
head -c 3000000 /dev/urandom >"$work/file"
(cd "$work" && exec ip netns exec "$far" python3 -m http.server 8000) >/dev/null 2>&1 &
sleep 1
ip netns exec "$near" iperf3 -c 192.0.2.2 -t 120 -b 6M >/dev/null 2>&1 &
ip netns exec "$near" bash -c 'while :; do curl -s -o /dev/null --limit-rate 900k http://192.0.2.2:8000/file; sleep 1; done' &
ip netns exec "$near" bash -c 'while :; do curl -s -o /dev/null http://192.0.2.2:8000/; sleep 0.3; done' &
ip netns exec "$near" bash -c 'while :; do echo x >/dev/udp/192.0.2.2/9; sleep 1; done' 2>/dev/null &

mkdir -p docs/pictures
tmux -L "$socket" new-session -d -x 100 -y 22 \
    "env TERM=xterm-256color LANG=C.UTF-8 '$pwsh' -NoProfile -NoLogo -Command \"Import-Module '$root/out/ProcNet'; Show-ProcessTraffic -NetworkNamespace $near -Interface near0\""
sleep 25
tmux -L "$socket" capture-pane -e -p >"$work/screen.ansi"
python3 build/terminal_svg.py 100 22 "Show-ProcessTraffic" <"$work/screen.ansi" >docs/pictures/screen.svg
tmux -L "$socket" kill-server

"$pwsh" -NoProfile -Command "Import-Module '$root/out/ProcNet'
    Get-TrafficFlow -NetworkNamespace $near -Interface near0 -SampleInterval 1 -MaxSamples 30 | Export-TrafficReport '$work/report.html'"
chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --window-size=1000,1500 \
    --blink-settings=preferredColorScheme=1 --screenshot="$root/docs/pictures/report.png" "file://$work/report.html" >/dev/null 2>&1
ls -l docs/pictures >&2
