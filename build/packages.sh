# shellcheck shell=bash
# Installs what is missing with the distribution's package manager. Sourced by build.sh.

# What each thing is called: how to see that it is there, then its package for apt, dnf, zypper, apk and pacman.
# (ss, since busybox has an ip of its own that knows no namespaces.)
package_table() {
    cat <<'TABLE'
libpcap    lib:libpcap.so   libpcap0.8  libpcap    libpcap1              libpcap    libpcap
iproute2   cmd:ss           iproute2    iproute    iproute2              iproute2   iproute2
nftables   cmd:nft          nftables    nftables   nftables              nftables   nftables
tcpdump    cmd:tcpdump      tcpdump     tcpdump    tcpdump               tcpdump    tcpdump
libbpf     lib:libbpf.so.1  libbpf1     libbpf     libbpf1               libbpf     libbpf
perl       cmd:perl         perl-base   perl       perl                  perl       perl
python3    cmd:python3      python3     python3    python3               python3    python
clang      cmd:clang        clang       clang      clang                 clang      clang
llvm       cmd:llvm-strip   llvm        llvm       llvm                  llvm       llvm
gcc        cmd:gcc          gcc         gcc        gcc                   gcc        gcc
nethogs    cmd:nethogs      nethogs     nethogs    nethogs               nethogs    nethogs
lsof       cmd:lsof         lsof        lsof       lsof                  lsof       lsof
procps     cmd:sysctl       procps      procps-ng  procps                procps     procps-ng
tzdata     file:/usr/share/zoneinfo/Europe/Berlin tzdata tzdata timezone            tzdata     tzdata
net-tools  cmd:netstat      net-tools   net-tools  net-tools-deprecated  net-tools  net-tools
tmux       cmd:tmux         tmux        tmux       tmux                  tmux       tmux
zstd       cmd:zstd         zstd        zstd       zstd                  zstd       zstd
sqlite     cmd:sqlite3      sqlite3     sqlite     sqlite3               sqlite     sqlite
TABLE
}

is_there() {
    local what=${1#*:} folder
    case $1 in
        cmd:*) command -v "$what" >/dev/null || [ -x "/usr/sbin/$what" ] || [ -x "/sbin/$what" ] ;;
        file:*) [ -e "$what" ] ;;
        lib:*)
            for folder in /lib /usr/lib /lib64 /usr/lib64 /usr/local/lib /usr/lib/*-linux-gnu* /lib/*-linux-gnu*; do
                compgen -G "$folder/$what*" >/dev/null && return 0
            done
            return 1 ;;
    esac
}

package_manager() {
    local manager
    for manager in apt-get dnf zypper apk pacman; do
        if command -v "$manager" >/dev/null; then echo "$manager"; return; fi
    done
    return 1
}

install_packages() {
    local wanted=" $* " missing=() manager name check apt dnf zypper apk pacman
    manager=$(package_manager) || manager=''
    while read -r name check apt dnf zypper apk pacman; do
        if [[ $wanted != *" $name "* ]] || is_there "$check"; then continue; fi
        case $manager in
            apt-get) missing+=("$apt") ;;
            dnf) missing+=("$dnf") ;;
            zypper) missing+=("$zypper") ;;
            apk) missing+=("$apk") ;;
            pacman) missing+=("$pacman") ;;
            *) missing+=("$name") ;;
        esac
    done < <(package_table)
    [ ${#missing[@]} -eq 0 ] && return 0

    if [ -z "$manager" ]; then
        echo "Missing: ${missing[*]}. No package manager that this script knows: install them, then call this again." >&2
        return 0
    fi
    local install
    case $manager in
        apt-get) install="apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends" ;;
        dnf) install="dnf install -y" ;;
        zypper) install="zypper --non-interactive install" ;;
        apk) install="apk add --no-cache" ;;
        pacman) install="pacman -Sy --noconfirm --needed" ;;
    esac
    if [ "$(id -u)" -ne 0 ]; then
        echo "Missing: ${missing[*]}. Install them as root: $install ${missing[*]}" >&2
        return 0
    fi
    echo "Installing ${missing[*]} ($manager)" >&2
    if [ "$manager" = apt-get ]; then
        # Another installation (a machine's first updates) may hold the lock for minutes.
        echo "Waiting for apt where something else installs packages, ten minutes at most." >&2
        apt-get -o DPkg::Lock::Timeout=600 update -qq >&2 || true
    fi
    # What cannot be installed may not be needed: who needs it says so.
    DEBIAN_FRONTEND=noninteractive $install "${missing[@]}" >&2 || echo "Could not install ${missing[*]}." >&2
}
