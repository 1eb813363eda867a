#!/usr/bin/env bash
# Builds the kernels and check.cpp under AddressSanitizer and UndefinedBehaviorSanitizer and runs them.
# Exit 77: this compiler has no sanitizer runtime.
set -euo pipefail
cd "$(dirname "$0")/.."
cxx=${CXX:-g++}
out=$PWD/target/check
mkdir -p "$out"
sanitize="-fsanitize=address,undefined -fno-sanitize-recover=all"
if ! echo 'int main() { }' | $cxx $sanitize -x c++ - -o "$out/probe" 2>"$out/probe.log" || ! "$out/probe"; then
    cat "$out/probe.log"
    exit 77
fi
CATRL_OUT=$out CATRL_CXXFLAGS="-O1 -g1 $sanitize" bash build.sh
$cxx -O1 -g1 -std=c++17 -pthread $sanitize -Iinclude check/check.cpp "$out/lib/libcatrl_cpu.a" -o "$out/check"
"$out/check"
