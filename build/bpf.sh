#!/usr/bin/env bash
# Builds the BPF programs with clang: bpf.sh [FOLDER]. Without a folder the committed objects are replaced; a test builds into
# another one and compares. Needs nothing but clang and llvm-strip: the sources have what they need of the kernel's headers.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
to=${1:-}
strip=$(command -v llvm-strip) || strip=$(compgen -G '/usr/bin/llvm-strip-*' | sort -V | tail -n 1)

# Debug information is where BTF comes from; what is left of it is stripped. The paths in it must not be this machine's.
compile() {
    local source=$1 folder name object
    folder=$(dirname "$source")
    name=$(basename "$source" .c)
    object=${to:-$root/$folder}/$name.o
    (cd "$root/$folder" && clang -target bpfel -mcpu=v3 -O2 -g -std=gnu11 -Wall -Werror -ffile-prefix-map="$root"= -fdebug-compilation-dir=. -c "$name.c" -o "$object")
    "$strip" -g "$object"
}

compile src/bpf/procnet.bpf.c
compile src/bpf/iter.bpf.c
