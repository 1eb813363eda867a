#!/usr/bin/env bash
# Builds target/lib/libcatrl_cuda.so; the CUDA runtime is linked in, so only a driver is needed to run it.
set -euo pipefail
cd "$(dirname "$0")"
out=target/lib/libcatrl_cuda.so
mkdir -p target/lib
if [ -e "$out" ] && [ -z "$(find src include build.sh -newer "$out")" ]; then exit 0; fi
nvcc=$(PATH="$PATH:${CUDA_HOME:-/usr/local/cuda}/bin:/usr/local/cuda/bin" command -v nvcc)
"$nvcc" -O3 -std=c++17 -Iinclude -Xcompiler -fPIC,-fvisibility=hidden --shared -cudart static -t 2 \
    -gencode arch=compute_80,code=sm_80 -gencode arch=compute_90,code=sm_90 \
    -gencode arch=compute_90,code=compute_90 \
    src/*.cu -o "$out" -Xlinker -soname=libcatrl_cuda.so -ldl
