# shellcheck shell=bash
# Finds a PowerShell that the module runs in. Sourced by build.sh.

# is_new_enough PWSH: whether it is a PowerShell of 7.6 or newer that runs here.
is_new_enough() {
    local version major minor
    version=$("$1" -NoProfile -Version 2>/dev/null) || return 1
    version=${version#PowerShell }
    major=${version%%.*}
    minor=${version#*.}
    minor=${minor%%.*}
    [[ $major =~ ^[0-9]+$ && $minor =~ ^[0-9]+$ ]] || return 1
    ((major > 7 || (major == 7 && minor >= 6)))
}

# Prints the path of the pwsh of the official dotnet tool that .config/dotnet-tools.json pins, which it restores.
restore_pwsh() {
    local version packages folder launcher
    version=$(sed -nE '/"powershell"/,/}/s/.*"version": "([0-9.]+)".*/\1/p' .config/dotnet-tools.json)
    packages=$(dotnet nuget locals global-packages --list | sed -E 's/^[^:]*: //')
    folder=${packages%/}/powershell/$version/tools/net10.0/any/unix
    if [ ! -f "$folder/pwsh.dll" ]; then
        echo "Restoring PowerShell $version (a dotnet tool)" >&2
        dotnet tool restore >&2 || return 1
    fi

    # The tool's own command starts PowerShell as a child, which signals do not reach: PowerShell itself is taken, its program where it is for this kind
    # of machine, else by a script.
    if [ ! -x "$folder/pwsh" ]; then chmod +x "$folder/pwsh" 2>/dev/null || true; fi
    if [ -x "$folder/pwsh" ] && is_new_enough "$folder/pwsh"; then
        echo "$folder/pwsh"
        return
    fi
    launcher=$PWD/out/pwsh
    mkdir -p out
    printf '#!/bin/sh\nexec dotnet "%s" "$@"\n' "$folder/pwsh.dll" > "$launcher"
    chmod +x "$launcher"
    echo "$launcher"
}

# Prints the path of a pwsh of 7.6 or newer: the one that PROCNET_PWSH names, else the one on the PATH, else the dotnet tool's.
find_pwsh() {
    local candidate
    candidate=${PROCNET_PWSH:-$(command -v pwsh || true)}
    if [ -n "$candidate" ] && [ -x "$candidate" ] && is_new_enough "$candidate"; then
        echo "$candidate"
    else
        restore_pwsh
    fi
}
