# shellcheck shell=bash
# Finds a PowerShell that the module runs in. Sourced by build.sh.

# Prints the path of a pwsh of 7.6 or newer: the one that PROCNET_PWSH names, else the one on the PATH. Fails where there is none.
find_pwsh() {
    local candidate version major minor
    candidate=${PROCNET_PWSH:-$(command -v pwsh || true)}
    [ -n "$candidate" ] && [ -x "$candidate" ] || return 1
    version=$("$candidate" -NoProfile -Version 2>/dev/null) || return 1
    version=${version#PowerShell }
    major=${version%%.*}
    minor=${version#*.}
    minor=${minor%%.*}
    [[ $major =~ ^[0-9]+$ && $minor =~ ^[0-9]+$ ]] || return 1
    if ((major > 7 || (major == 7 && minor >= 6))); then echo "$candidate"; else return 1; fi
}
