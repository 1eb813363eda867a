/*
 * What the Java binding is compiled against: loads a library of CUDA kernels by its path, and calls through the tables
 * of catrl.h. catrl_glue::NAME is the member NAME of the context's table, or of the library.
 */
#pragma once

#include <dlfcn.h>

#include <stdexcept>
#include <string>

#include "catrl.h"

namespace catrl_glue {

/** Loads a library of CUDA kernels, for good; throws with the loader's own reason. */
inline const catrl_cuda* load(const char* path) {
    void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(dlerror());
    void* table = dlsym(library, "catrl_cuda_library");
    if (table == nullptr) throw std::runtime_error(std::string(path) + " is not a kernel library of catrl");
    return static_cast<const catrl_cuda*>(table);
}

inline int device_count(const catrl_cuda* library) { return library->device_count(); }
inline int driver_version(const catrl_cuda* library) { return library->driver_version(); }
inline int runtime_version(const catrl_cuda* library) { return library->runtime_version(); }
inline const char* error(const catrl_cuda* library, int code) { return library->error(code); }
inline const char* device_name(const catrl_cuda* library, int device) { return library->device_name(device); }
inline int device_capability(const catrl_cuda* library, int device) { return library->device_capability(device); }
inline catrl_context* open_cuda(const catrl_cuda* library, int device, int exact, int check) {
    return library->open(device, exact, check);
}

inline const char* best_isa() { return catrl_cpu_best_isa(); }
inline catrl_context* open_cpu(const char* isa, int threads) { return catrl_cpu_open(isa, threads); }

/** How many fields an argument struct has: each is 8 bytes wide. */
template <class Struct> int fields() {
    static_assert(sizeof(Struct) % 8 == 0, "a field of an argument struct is 8 bytes wide");
    return static_cast<int>(sizeof(Struct) / 8);
}

/* all that take a context: one template each, from the lists */
#define CATRL_OP(name)                                                    \
    template <class... A> auto name(catrl_context* ctx, A... arguments) { \
        return ctx->ops->name(ctx, arguments...);                         \
    }
CATRL_OPS(CATRL_OP)
#undef CATRL_OP
#define CATRL_OP(name)                                                    \
    template <class... A> auto name(catrl_context* ctx, A... arguments) { \
        return ctx->device->name(ctx, arguments...);                      \
    }
CATRL_DEVICE(CATRL_OP)
#undef CATRL_OP

}  // namespace catrl_glue
