#!/usr/bin/env bash
# Builds target/lib/libcatrl_cpu.a.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p target/lib target/obj
${CXX:-g++} -O3 -fPIC -std=c++17 -Iinclude -fvisibility=hidden -pthread -c src/api.cpp -o target/obj/api.o
rm -f target/lib/libcatrl_cpu.a
ar crs target/lib/libcatrl_cpu.a target/obj/*.o
