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

usage() {
    cat >&2 <<'TEXT'
./build.sh Run                    shows ten seconds of traffic per process, or the open sockets where none passed
./build.sh Run '<command>'        runs a PowerShell command with the module imported
./build.sh Test [project]         runs all tests, or those of one project under tests/
./build.sh Fuzz [minutes] [target] gives every parser of outside bytes mutated inputs; target is a regular expression
./build.sh Bench [part]           measures this project beside other tools; part is a regular expression
./build.sh Build                  builds, and stages the module in out/ProcNet
./build.sh Format                 lays out the C# sources as Test wants them
./build.sh Help                   writes into docs/en-US what the cmdlets say of themselves
./build.sh Install [-AllUsers]    puts the module where PowerShell finds it by name: for you, or for everybody
./build.sh Uninstall [-AllUsers]  takes it away again
./build.sh Package                makes out/ProcNet.<version>.zip and .nupkg
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
    if [ -f "$stamp" ] && [ -f "$module/ProcNet.psd1" ] && [ -z "$(changed_since "$stamp")" ]; then return; fi
    mkdir -p out
    touch "$stamp.begun"
    build build/Module.slnf
    # The build made folders (bin, obj) beside the sources: not a change.
    if [ -z "$(changed_since "$stamp.begun" -type f)" ]; then touch "$stamp.begun"; fi
    mv "$stamp.begun" "$stamp"
}

# What a newcomer sees: the traffic of ten seconds, and where nothing passed, who holds which sockets.
# shellcheck disable=SC2016
first_sight='Get-ProcessTraffic -Duration 10 -StatisticsVariable totals
if ($totals.Packets -eq 0) {
    Write-Warning "No packet passed in ten seconds. These sockets are open; make some traffic, and call this again."
    Get-NetConnectionInode -IncludeProcess | Select-Object -First 30
}'

run() {
    install_packages libpcap libbpf
    build_module
    local pwsh
    pwsh=$(find_pwsh)
    exec bash build/run.sh "$pwsh" "$module" "${1:-$first_sight}"
}

run_tests() {
    install_packages libpcap iproute2 nftables tcpdump libbpf clang llvm perl python3 procps tzdata tmux zstd sqlite
    if [ -z "${1:-}" ]; then check_format; fi
    build ProcNet.PowerShell.sln
    touch out/.built
    PROCNET_PWSH=$(find_pwsh)
    export PROCNET_PWSH PROCNET_MODULE=$module
    exec bash build/test.sh "$configuration" "${1:-}"
}

# fuzz MINUTES TARGET: the parsers of outside bytes; what is found is saved in out/fuzz, and belongs into tests/ProcNet.Tests/Fuzz/Corpus/TARGET.
fuzz() {
    need_sdk
    dotnet msbuild tests/ProcNet.Tests -restore -maxcpucount -p:Configuration="$configuration" -nologo -v:quiet >&2
    PROCNET_FUZZ_MINUTES=$1 PROCNET_FUZZ_TARGET=$2 \
        exec dotnet "tests/ProcNet.Tests/bin/$configuration/net10.0/ProcNet.Tests.dll" -noColor -class '*.FuzzTests'
}

# format COMMAND: check or format, by CSharpier, which .config/dotnet-tools.json pins.
format() {
    need_sdk
    dotnet tool restore >/dev/null
    dotnet csharpier "$1" . >&2
}

# Layout, and 140 columns: of all but strings, which CSharpier leaves as they are (tests have scripts in theirs).
check_format() {
    local long
    format check || { echo "./build.sh Format mends it." >&2; exit 1; }
    long=$(git ls-files -z 'src/*.cs' 'tools/*.cs' 'bench/*.cs' | xargs -0 perl -CSD -ne '
        $was = $raw; $raw = ($raw + (() = /"""/g)) % 2;
        print "$ARGV:$.: $_" if !$was && !/"/ && /^.{141}/;
        if (eof) { close ARGV; $raw = 0 }')
    if [ -n "$long" ]; then echo "Longer than 140 columns:"$'\n'"$long" >&2; exit 1; fi
}

# modules_folder [-AllUsers]: where PowerShell looks for modules (about_PSModulePath).
modules_folder() {
    case "${1:-}" in
        '') echo "${XDG_DATA_HOME:-$HOME/.local/share}/powershell/Modules" ;;
        -AllUsers) echo /usr/local/share/powershell/Modules ;;
        *) usage; exit 2 ;;
    esac
}

module_version() { sed -nE "s/^ *ModuleVersion *= *'([^']+)'.*/\1/p" "$module/ProcNet.psd1"; }

install_module() {
    local folder
    folder=$(modules_folder "${1:-}")/ProcNet
    build_module
    folder=$folder/$(module_version)
    rm -rf "$folder"
    mkdir -p "$folder"
    cp -r "$module/." "$folder"
    chmod -R go=u-w "$folder"
    echo "ProcNet is in $folder. In a new pwsh: Import-Module ProcNet" >&2
}

uninstall_module() {
    local folder
    folder=$(modules_folder "${1:-}")/ProcNet
    rm -rf "$folder"
    echo "$folder is gone." >&2
}

# The module for every kind of machine: the zip, and the package that PSResourceGet and the PowerShell Gallery take.
package() {
    local pwsh
    build build/Module.slnf Package minimal
    pwsh=$(find_pwsh)
    rm -f out/ProcNet.*.nupkg
    "$pwsh" -NoProfile -NonInteractive -Command "Compress-PSResource -Path '$root/out/package/ProcNet' -DestinationPath '$root/out'" >&2
    ls "$root"/out/ProcNet.*.nupkg "$root"/out/ProcNet.*.zip
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
    Fuzz) fuzz "${2:-1}" "${3:-}" ;;
    Format) format format ;;
    Help) build build/Module.slnf Pages ;;
    Install) shift; install_module "$@" ;;
    Uninstall) shift; uninstall_module "$@" ;;
    Package) package ;;
    Clean) need_sdk; dotnet clean ProcNet.PowerShell.sln --configuration "$configuration" --nologo -v quiet >&2; rm -rf out ;;
    *) usage; exit 2 ;;
esac
