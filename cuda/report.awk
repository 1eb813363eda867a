# ptxas -v's log of one source, demangled by c++filt, as one CSV line per kernel and architecture: source, kernel with
# its template arguments, architecture, registers, static shared memory (a launch may add dynamic), stack, spill stores,
# spill loads; sizes in bytes.
function number_before(text, unit) {
    return match(text, "[0-9]+ " unit) ? substr(text, RSTART, RLENGTH) + 0 : 0
}
/Compiling entry function/ {
    split($0, quoted, "'")
    kernel = quoted[2]
    gsub(/\(anonymous namespace\)::|catrl::|^void /, "", kernel)
    sub(/\(.*/, "", kernel)
    gsub(/__nv_bfloat16/, "bf16", kernel)
    gsub(/, /, " ", kernel)
    arch = quoted[4]
}
/bytes stack frame/ {
    stack = number_before($0, "bytes stack frame")
    stores = number_before($0, "bytes spill stores")
    loads = number_before($0, "bytes spill loads")
}
/Used [0-9]+ registers/ {
    printf "%s,%s,%s,%d,%d,%d,%d,%d\n", source, kernel, arch, number_before($0, "registers"),
        number_before($0, "bytes smem"), stack, stores, loads
}
