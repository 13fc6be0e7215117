#!/usr/bin/env bash
# The one entry for people and for CI. See usage below. Everything but the output of a command that Run runs goes to stderr,
# so that it can be piped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
root=$PWD
# shellcheck source=build/packages.sh
source build/packages.sh
# shellcheck source=build/pwsh.sh
source build/pwsh.sh

configuration=Release
module=$root/out/ProcNet
host=$root/tools/ProcNet.Host/bin/$configuration/net10.0/ProcNet.Host.dll

usage() {
    cat >&2 <<'TEXT'
./build.sh Run                    shows Get-ProcessTraffic -Duration 10 as a table
./build.sh Run '<command>'        runs a PowerShell command with the module imported
./build.sh Test [project]         runs all tests, or those of one project under tests/
./build.sh Bench [part]           measures this project beside other tools; part is a regular expression
./build.sh Build                  builds, and stages the module in out/ProcNet
./build.sh Help                   writes into docs/en-US what the cmdlets say of themselves
./build.sh Package                makes out/ProcNet.<version>.zip
./build.sh Clean                  removes what was built
TEXT
}

need_sdk() {
    command -v dotnet >/dev/null && return
    echo "The .NET SDK 10 is missing. Install the package dotnet-sdk-10.0 of your distribution, then call this again." >&2
    exit 2
}

# build SOLUTION [TARGET] [VERBOSITY]: compiles, and stages the module.
build() {
    need_sdk
    # As dotnet build does, and silent where all is well.
    dotnet msbuild "$1" -restore -maxcpucount -p:Configuration="$configuration" -nologo -v:quiet >&2
    dotnet msbuild build/Module.proj -t:"${2:-Stage}" -p:Configuration="$configuration" -nologo -v:"${3:-quiet}" >&2
}

# changed_since STAMP [CONDITION ...]: a file or folder that the module is made of and that is newer.
changed_since() {
    find src tools build docs/en-US ./*.props ProcNet.psd1 global.json ProcNet.PowerShell.sln \
        \( -name bin -o -name obj \) -prune -o "${@:2}" -newer "$1" -print -quit
}

# What the module is made of, without tests and benches; not again where nothing has changed since.
build_module() {
    local stamp=out/.built
    if [ -f "$stamp" ] && [ -f "$module/ProcNet.psd1" ] && [ -f "$host" ] && [ -z "$(changed_since "$stamp")" ]; then return; fi
    mkdir -p out
    touch "$stamp.begun"
    build build/Module.slnf
    # The build made folders (bin, obj) beside the sources: not a change.
    if [ -z "$(changed_since "$stamp.begun" -type f)" ]; then touch "$stamp.begun"; fi
    mv "$stamp.begun" "$stamp"
}

run() {
    install_packages libpcap
    build_module
    # shellcheck disable=SC2016
    local default='Get-ProcessTraffic -Duration 10 -StatisticsVariable totals
        if ($totals.Packets -eq 0) { $host.UI.WriteWarningLine("No packet was seen in ten seconds.") }'
    local command=${1:-$default} pwsh
    if pwsh=$(find_pwsh); then
        # Its headings have colours in them even where nobody sees them.
        if [ ! -t 1 ]; then export NO_COLOR=1; fi
        exec "$pwsh" -NoProfile -NonInteractive -Command \
            "\$ErrorActionPreference = 'Stop'; Import-Module '${module//\'/\'\'}'; \$ErrorActionPreference = 'Continue'; $command"
    fi
    exec dotnet "$host" --module "$module" -- "$command"
}

run_tests() {
    install_packages libpcap iproute2 nftables tcpdump libbpf clang llvm perl
    build ProcNet.PowerShell.sln
    local pwsh=''
    if pwsh=$(find_pwsh); then export PROCNET_PWSH=$pwsh; else pwsh=''; fi
    export PROCNET_MODULE=$module
    exec bash build/test.sh "$configuration" "$pwsh" "${1:-}"
}

bench() {
    install_packages libpcap iproute2 tcpdump gcc nethogs lsof net-tools
    build ProcNet.PowerShell.sln
    local source programs=$root/out/bench
    mkdir -p "$programs"
    for source in bench/programs/*.c; do
        gcc -O2 -Wall -Wextra -o "$programs/$(basename "$source" .c)" "$source" >&2
    done
    # The core as it is staged: compiled ahead.
    cp "$module/ProcNet.dll" "$module"/lib/*.dll "bench/ProcNet.Bench/bin/$configuration/net10.0/"
    local part=${1:-.}
    dotnet "bench/ProcNet.Bench/bin/$configuration/net10.0/ProcNet.Bench.dll" "$module" "$programs" "$part"
    if [[ micro =~ $part ]]; then
        dotnet "bench/ProcNet.MicroBench/bin/$configuration/net10.0/ProcNet.MicroBench.dll" --filter '*' --artifacts "$root/out/micro"
    fi
}

case "${1:-}" in
    Run) shift; run "$@" ;;
    Test) shift; run_tests "$@" ;;
    Bench) shift; bench "$@" ;;
    Build) build ProcNet.PowerShell.sln ;;
    Help) build build/Module.slnf Pages ;;
    Package) build build/Module.slnf Package minimal ;;
    Clean) need_sdk; dotnet clean ProcNet.PowerShell.sln --configuration "$configuration" --nologo -v quiet >&2; rm -rf out ;;
    *) usage; exit 2 ;;
esac
