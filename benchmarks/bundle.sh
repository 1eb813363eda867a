#!/usr/bin/env bash
# Makes target/catrl-VERSION-linux-x86_64.tar.xz: the command, the benchmarks, a small model and a Java runtime, to be
# unpacked on any x86-64 Linux that has bash and glibc. Run by mvn -B -Pbundle package, when everything else is built.
# Usage: bundle.sh VERSION JDK
set -euo pipefail

version=$1
jdk=$2
most_bytes=40000000
# java.sql: the run's record, and Jackson and Gson convert its dates; jdk.httpserver: catrl ui; java.desktop stays
# away, nothing that runs here asks for it
modules=java.base,java.net.http,java.logging,java.management,jdk.management,jdk.unsupported,jdk.crypto.ec,java.sql
modules=$modules,jdk.httpserver

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
name=catrl-$version-linux-x86_64
work=$root/benchmarks/target/bundle
stage=$work/$name
archive=$root/target/$name.tar.xz

fail() {
    echo "bundle: $1" >&2
    exit 1
}

# Natives of this platform only, and of CUDA's bindings only those that products need; stored, so that xz sees through.
slim() { # jar, target
    local content=$work/jar
    rm -rf "$content" && mkdir "$content"
    (cd "$content" && "$jdk/bin/jar" --extract --file "$1")
    find "$content" -type f \( -name '*.so' -o -name '*.dll' -o -name '*.dylib' -o -name '*.jnilib' -o -name '*.a' \) \
        ! -path '*/linux-x86_64/*' ! -path '*/linux-x86-64/*' ! -path '*/Linux/x86_64/*' -delete
    find "$content" -path '*/org/bytedeco/cuda/linux-x86_64/*' -name 'lib*.so' \
        ! -name libjnicublas.so ! -name libjnicudart.so -delete
    rm -f "$content"/org/bytedeco/javacpp/tools/{Parser,Generator}*.class # they write bindings, at build time only
    find "$content" -type d -empty -delete
    "$jdk/bin/jar" --create --no-compress --no-manifest --file "$2" -C "$content" .
}

command -v xz >/dev/null || fail "xz is missing; on Debian: apt-get install xz-utils"
[ -x "$jdk/bin/jlink" ] || fail "$jdk has no jlink; run Maven with a JDK, on Debian openjdk-17-jdk-headless"
[ -d "$jdk/jmods" ] || fail "$jdk has no jmods to link a runtime of; on Debian: apt-get install openjdk-17-jdk-headless"
rm -rf "$work" "$archive"
mkdir -p "$stage/lib" "$stage/models" "$root/target"

"$jdk/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages --compress=0 \
    --output "$stage/runtime"
for jar in "$root/benchmarks/target/catrl-benchmarks-$version.jar" "$root"/benchmarks/target/lib/*.jar; do
    case ${jar##*/} in
        openblas-*) ;; # only what times CPU products beside OpenBLAS's asks for it
        *) slim "$jar" "$stage/lib/${jar##*/}" ;;
    esac
done
"$jdk/bin/jar" --list --file "$stage/lib/catrl-cuda-$version.jar" | grep -c libcatrl_cuda.so >/dev/null ||
    echo "bundle: without CUDA kernels, there was no nvcc: this bundle runs on CPUs only" >&2
cp -r "$root/models/arithmetic" "$stage/models/"
cp "$root/catrl" "$root/README.md" "$root/LICENSE" "$stage/"

# it runs with nothing of the builder's environment
env -i PATH=/usr/bin:/bin HOME="$work" "$stage/catrl" sample "$stage/models/arithmetic" Q1234+5678+9012= --backend cpu \
    --max-completion-length 5 >"$work/smoke.log" 2>&1 || { cat "$work/smoke.log" >&2; fail "the bundle does not run"; }

tar --create --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner "$name" |
    xz --threads=1 --x86 --lzma2=preset=9 >"$archive"
bytes=$(stat --format=%s "$archive")
echo "bundle: $archive, $((bytes / 1000)) kB"
[ "$bytes" -le "$most_bytes" ] || fail "$archive has $bytes bytes; it must not have more than $most_bytes"
