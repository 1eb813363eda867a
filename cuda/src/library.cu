// What can be asked of the devices before a context is opened on one, and the tables that a kernel library exports.
#include <cuda_runtime.h>

#include "context.h"
#include "ops.h"

namespace catrl {

const catrl_ops cuda_ops = {
#define CATRL_OP(name) .name = ops::name,
    CATRL_OPS(CATRL_OP)
#undef CATRL_OP
};

const catrl_device cuda_device = {
#define CATRL_OP(name) .name = ops::name,
    CATRL_DEVICE(CATRL_OP)
#undef CATRL_OP
};

namespace {

int device_count() {
    int count = 0;
    const cudaError_t error = cudaGetDeviceCount(&count);
    return error == cudaSuccess ? count : -static_cast<int>(error);
}

int driver_version() {
    int version = 0;
    return cudaDriverGetVersion(&version) == cudaSuccess ? version : 0;
}

int runtime_version() { return CUDART_VERSION; }

const char* error(int code) { return cudaGetErrorString(static_cast<cudaError_t>(code < 0 ? -code : code)); }

const char* device_name(int device) {
    thread_local cudaDeviceProp properties;
    return cudaGetDeviceProperties(&properties, device) == cudaSuccess ? properties.name : "";
}

int device_capability(int device) {
    cudaDeviceProp properties;
    if (cudaGetDeviceProperties(&properties, device) != cudaSuccess) return 0;
    return 10 * properties.major + properties.minor;
}

catrl_context* open(int device, int exact, int check) { return new CudaContext(device, exact != 0, check != 0); }

}  // namespace
}  // namespace catrl

extern "C" const catrl_cuda catrl_cuda_library __attribute__((visibility("default"))) = {
    catrl::device_count, catrl::driver_version, catrl::runtime_version, catrl::error,
    catrl::device_name,  catrl::device_capability, catrl::open,
};
