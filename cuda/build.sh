#!/usr/bin/env bash
# Builds the kernel libraries into target/lib: libcatrl_cuda_emulated.so by g++ over emulator/, always; and
# libcatrl_cuda.so by nvcc, where there is one (with the CUDA runtime linked in, so only a driver is needed to run it).
# nvcc's builds also write target/kernels.csv: what each kernel takes of a multiprocessor, and whether it spills.
# A file is compiled again when it, or any header, is newer than its object. CATRL_CUDA_ARCHS: what to compile for.
set -euo pipefail
cd "$(dirname "$0")"
archs=${CATRL_CUDA_ARCHS:-80 90}
headers=$(find ../native/include src emulator build.sh -name '*.h' -o -name '*.cuh' -o -name build.sh)
report=target/kernels.csv
jobs=$(nproc)
resources=target/classes/org/catrl/cuda/linux-x86_64

newest_header() { ls -t $headers | head -n 1; }
stale() { # object source
    [ ! -e "$1" ] || [ "$2" -nt "$1" ] || [ "$(newest_header)" -nt "$1" ]
}
compile_all() { # folder, command...: every stale source, several at a time
    local folder=$1 source object failed=
    shift
    mkdir -p "$folder"
    for source in src/*.cu; do
        object=$folder/$(basename "$source" .cu).o
        stale "$object" "$source" || continue
        while [ "$(jobs -rp | wc -l)" -ge "$jobs" ]; do wait -n || failed=yes; done
        ("$@" -c "$source" -o "$object.part" >"$object.log" 2>&1 && mv "$object.part" "$object") \
            || { cat "$object.log" >&2; exit 1; } &
    done
    while [ "$(jobs -rp | wc -l)" -gt 0 ]; do wait -n || failed=yes; done
    [ -z "$failed" ]
}

emulated() {
    local cxx=${CXX:-g++} flags=(-O2 -g -std=c++17 -fPIC -fvisibility=hidden -pthread -Wall -Wno-unknown-pragmas
        -Wno-unused-function -Iemulator -I../native/include)
    compile_all target/emulated "$cxx" "${flags[@]}" -x c++
    if stale target/emulated/emulator.o emulator/emulator.cpp; then
        "$cxx" "${flags[@]}" -c emulator/emulator.cpp -o target/emulated/emulator.o
    fi
    "$cxx" -shared -pthread target/emulated/*.o -o target/lib/libcatrl_cuda_emulated.so
}

# From the logs of the objects, those too that this build found ready.
write_report() {
    local log
    for log in target/nvcc/*.o.log; do
        c++filt <"$log" | awk -v source="$(basename "$log" .o.log)" -f report.awk
    done | LC_ALL=C sort >"$report.part"
    { echo "source,kernel,arch,registers,shared,stack,spill_stores,spill_loads"; cat "$report.part"; } >"$report"
    rm "$report.part"
}

# In target/lib/cublas: cuBLASLt's stand-in, and empty libraries in place of those that its binding wants beside it.
cublas() {
    local folder=target/lib/cublas library
    [ ! -e "$folder/libcublasLt.so.13" ] || stale "$folder/libcublasLt.so.13" emulator/cublaslt.cpp || return 0
    mkdir -p "$folder"
    "${CXX:-g++}" -O2 -std=c++17 -fPIC -shared -Wall -Wl,-soname,libcublasLt.so.13 emulator/cublaslt.cpp \
        -o "$folder/libcublasLt.so.13"
    for library in libcublas.so.13 libcudart.so.13 libcuda.so.1; do
        "${CXX:-g++}" -shared -fPIC -Wl,-soname,"$library" -x c++ /dev/null -o "$folder/$library"
    done
}

find_nvcc() { PATH="$PATH:${CUDA_HOME:-/usr/local/cuda}/bin:/usr/local/cuda/bin" command -v nvcc; }

real() {
    local nvcc=$1 targets=() arch last
    for arch in $archs; do targets+=(-gencode "arch=compute_$arch,code=sm_$arch") last=$arch; done
    targets+=(-gencode "arch=compute_$last,code=compute_$last")
    compile_all target/nvcc "$nvcc" -O3 -std=c++17 -I../native/include -Xcompiler -fPIC,-fvisibility=hidden \
        --ptxas-options=-v "${targets[@]}"
    "$nvcc" --shared -cudart static "${targets[@]}" target/nvcc/*.o -o target/lib/libcatrl_cuda.so \
        -Xlinker -soname=libcatrl_cuda.so -ldl
    write_report
    mkdir -p "$resources"
    cp target/lib/libcatrl_cuda.so "$resources"
}

mkdir -p target/lib
emulated
cublas
if nvcc=$(find_nvcc); then
    real "$nvcc"
else
    rm -f target/lib/libcatrl_cuda.so "$resources/libcatrl_cuda.so" "$report"
    echo "nvcc not found: building without CUDA kernels (the CPU backend is complete)"
fi
