/*
 * What the Java binding is compiled against, without any CUDA header: loads a kernel library and calls through its
 * table. catrl_glue::NAME is catrl_cuda_NAME of catrl_cuda.h, with a context (or, where there is none, the table)
 * as its first argument.
 */
#pragma once

#include <dlfcn.h>

#include <stdexcept>
#include <string>

#include "catrl_cuda.h"

/** The functions of one kernel library; the single symbol it exports is one of these, catrl_cuda_functions. */
struct catrl_cuda_table {
#define CATRL_FUNCTION(name) decltype(&catrl_cuda_##name) name;
#define CATRL_LIBRARY_FUNCTION CATRL_FUNCTION
#include "catrl_cuda_functions.h"
};

extern "C" const catrl_cuda_table catrl_cuda_functions;

namespace catrl_glue {

/** Loads a kernel library, for good; throws with the loader's own reason. */
inline const catrl_cuda_table* load(const char* path) {
    void* library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) throw std::runtime_error(dlerror());
    void* table = dlsym(library, "catrl_cuda_functions");
    if (table == nullptr) throw std::runtime_error(std::string(path) + " is not a kernel library of catrl");
    return static_cast<const catrl_cuda_table*>(table);
}

/** A context starts with the table of the library that made it. */
inline const catrl_cuda_table& functions(catrl_cuda* ctx) {
    return **reinterpret_cast<const catrl_cuda_table* const*>(ctx);
}

inline int device_count(const catrl_cuda_table* table) { return table->device_count(); }
inline int driver_version(const catrl_cuda_table* table) { return table->driver_version(); }
inline int runtime_version(const catrl_cuda_table* table) { return table->runtime_version(); }
inline const char* error(const catrl_cuda_table* table, int code) { return table->error(code); }
inline const char* device_name(const catrl_cuda_table* table, int device) { return table->device_name(device); }
inline int device_capability(const catrl_cuda_table* table, int device) { return table->device_capability(device); }

inline catrl_cuda* open(const catrl_cuda_table* table, int device, int exact, int check) {
    return table->open(device, exact, check);
}

/* all that take a context: one template each, from the list */
#define CATRL_FUNCTION(name)                                           \
    template <class... A> auto name(catrl_cuda* ctx, A... arguments) { \
        return functions(ctx).name(ctx, arguments...);                 \
    }
#define CATRL_LIBRARY_FUNCTION(name)
#include "catrl_cuda_functions.h"

}  // namespace catrl_glue
