#!/usr/bin/env bash
# Builds target/lib/libcatrl_cpu.a: the kernels once per instruction set, and what they share.
# CATRL_CXXFLAGS adds flags (the sanitizer check uses it), CATRL_OUT moves the outputs.
set -euo pipefail
cd "$(dirname "$0")"
cxx=${CXX:-g++}
command -v "$cxx" >/dev/null || { echo "catrl: $cxx is missing; install it: apt-get install g++" >&2; exit 1; }
export out=${CATRL_OUT:-target}
mkdir -p "$out/lib" "$out/obj"
archive=$out/lib/libcatrl_cpu.a
if [ -f "$archive" ] && [ -z "$(find src include build.sh -newer "$archive")" ]; then exit 0; fi
rm -f "$out"/obj/*.o

flags="-O3 -fPIC -std=c++17 -Wall -Wextra -Wno-maybe-uninitialized -fvisibility=hidden -pthread -ffp-contract=off"
flags="$flags -fno-math-errno -fno-trapping-math -Iinclude -Isrc ${CATRL_CXXFLAGS:-}"
# $out is left to the shell that compiles: its path may hold anything
compile() { echo "$cxx -c $flags $2 src/$1.cpp -o \"\$out/obj/$3.o\""; }
{
    compile open "" open
    compile context "" context
    compile kernels "-DCATRL_ISA=base" base
    if [ "$(uname -m)" = x86_64 ]; then
        compile kernels "-DCATRL_ISA=avx2 -march=x86-64-v3" avx2
        compile kernels "-DCATRL_ISA=avx512 -march=x86-64-v4 -mprefer-vector-width=512" avx512
        compile kernels "-DCATRL_ISA=avx512bf16 -march=x86-64-v4 -mavx512bf16 -mprefer-vector-width=512" avx512bf16
    fi
} | xargs -P "$(nproc)" -d '\n' -I{} sh -c '{}'
rm -f "$archive"
ar crs "$archive" "$out"/obj/*.o
