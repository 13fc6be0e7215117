#!/usr/bin/env bash
# Runs README's two commands on a machine as fresh as can be: a bare Debian 12 (debootstrap) with the .NET SDK of this machine and git, in a mount namespace of its
# own that leaves nothing behind. Takes root: fresh-machine.sh [TASK ...], by default Run and Test.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tasks=("$@")
[ ${#tasks[@]} -gt 0 ] || tasks=(Run Test)

# What is mounted below goes with the namespace; the folder goes with the outer shell.
if [ -z "${FRESH_ROOT:-}" ]; then
    FRESH_ROOT=$(mktemp -d)
    chmod 755 "$FRESH_ROOT" # every user may look into /
    export FRESH_ROOT
    code=0
    unshare --mount --propagation private bash "${BASH_SOURCE[0]}" "${tasks[@]}" || code=$?
    rm -rf --one-file-system "$FRESH_ROOT"
    exit "$code"
fi

root=$FRESH_ROOT
# The root must be a mount point: PowerShell finds no module below one that is not.
mount --bind "$root" "$root"
command -v debootstrap >/dev/null || { echo "debootstrap is missing: install it, then call this again." >&2; exit 2; }

# This machine's own mirror, its certificates and its package sources: what a fresh machine's owner would have set up.
mirror=$({ grep -rhoE '(URIs: |^deb )[^ ]*http[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null || true; } | grep -oE 'http[^ ]+' | sort -u | head -n 1)
debootstrap --variant=minbase --include=ca-certificates,git,libicu72,libssl3,zlib1g,libstdc++6 bookworm "$root" "$mirror" >&2
for folder in /etc/apt/apt.conf.d /etc/ssl/certs /usr/local/share/ca-certificates; do
    if [ -d "$folder" ]; then mkdir -p "$root$folder"; cp -rL "$folder/." "$root$folder" 2>/dev/null || true; fi
done
cp -L /etc/resolv.conf "$root/etc/resolv.conf"
if [ -f "$HOME/.nuget/NuGet/NuGet.Config" ]; then
    mkdir -p "$root/root/.nuget/NuGet"
    cp "$HOME/.nuget/NuGet/NuGet.Config" "$root/root/.nuget/NuGet"
fi
sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
mkdir -p "$root$sdk" "$root/usr/local/bin" "$root/work"
mount --bind "$sdk" "$root$sdk"
ln -sf "$sdk/dotnet" "$root/usr/local/bin/dotnet"
for folder in /proc /sys /dev; do mount --rbind "$folder" "$root$folder"; done
git clone --quiet "$repository" "$root/work/ProcNet"

kept=()
for name in http_proxy https_proxy no_proxy SSL_CERT_FILE SSL_CERT_DIR NUGET_CERT_REVOCATION_MODE CI; do
    [ -z "${!name:-}" ] || kept+=("$name=${!name}")
done
for task in "${tasks[@]}"; do
    echo "== $task on a fresh machine" >&2
    chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "${kept[@]}" \
        bash -c 'cd /work/ProcNet && exec ./build.sh "$@"' bash "$task"
done
