/* A context: opening one on an instruction set, its memory, and what moves in and out of it. */
#include "context.h"

#include <cstring>
#include <stdexcept>
#include <string>

namespace catrl {
namespace {

const catrl_ops& opsOf(const char* isa) {
    if (std::strcmp(isa, "base") == 0) return ops_base;
#if defined(__x86_64__)
    std::string best = catrl_cpu_best_isa();
    if (std::strcmp(isa, "avx2") == 0 && best != "base") return ops_avx2;
    if (std::strcmp(isa, "avx512") == 0 && best.substr(0, 6) == "avx512") return ops_avx512;
    if (std::strcmp(isa, "avx512bf16") == 0 && best == "avx512bf16") return ops_avx512bf16;
#endif
    throw std::invalid_argument(std::string("instruction set \"") + isa + "\": this machine runs "
                                + catrl_cpu_best_isa() + " and what is below it (base, avx2, avx512, avx512bf16)");
}

}  // namespace

void close(catrl_context* context) { delete cpu(context); }

void* allocate(catrl_context*, int64_t bytes) {
    if (bytes < 0) return nullptr;
    size_t rounded = (static_cast<size_t>(bytes) + 63) / 64 * 64;
    void* memory = std::aligned_alloc(64, rounded == 0 ? 64 : rounded);
    if (memory != nullptr) std::memset(memory, 0, rounded);
    return memory;
}

void release(catrl_context*, void* memory) { std::free(memory); }

/* The host reads and writes the context's memory where it is. */

void* stage(catrl_context*, void* to, int64_t) { return to; }

void upload(catrl_context*, void*, const void*, int64_t) { }

const void* download(catrl_context*, const void* from, int64_t) { return from; }

}  // namespace catrl

extern "C" {

const char* catrl_cpu_best_isa(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
        && __builtin_cpu_supports("avx512dq")) {
        return __builtin_cpu_supports("avx512bf16") ? "avx512bf16" : "avx512";
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return "avx2";
#endif
    return "base";
}

catrl_context* catrl_cpu_open(const char* isa, int threads) {
    if (threads < 1) throw std::invalid_argument("threads is " + std::to_string(threads) + "; at least 1 is needed");
    return new catrl::CpuContext(catrl::opsOf(isa == nullptr ? catrl_cpu_best_isa() : isa), threads);
}

}  // extern "C"
