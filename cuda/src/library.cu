// What can be asked of the devices before a context is opened on one, and the table that a kernel library exports.
#include <cuda_runtime.h>

#include "catrl_cuda_glue.h"

int catrl_cuda_device_count(void) {
    int count = 0;
    const cudaError_t error = cudaGetDeviceCount(&count);
    return error == cudaSuccess ? count : -static_cast<int>(error);
}

int catrl_cuda_driver_version(void) {
    int version = 0;
    return cudaDriverGetVersion(&version) == cudaSuccess ? version : 0;
}

int catrl_cuda_runtime_version(void) { return CUDART_VERSION; }

const char* catrl_cuda_error(int code) {
    return cudaGetErrorString(static_cast<cudaError_t>(code < 0 ? -code : code));
}

const char* catrl_cuda_device_name(int device) {
    thread_local cudaDeviceProp properties;
    return cudaGetDeviceProperties(&properties, device) == cudaSuccess ? properties.name : "";
}

int catrl_cuda_device_capability(int device) {
    cudaDeviceProp properties;
    if (cudaGetDeviceProperties(&properties, device) != cudaSuccess) return 0;
    return 10 * properties.major + properties.minor;
}

extern "C" const catrl_cuda_table catrl_cuda_functions __attribute__((visibility("default"))) = {
#define CATRL_FUNCTION(name) catrl_cuda_##name,
#define CATRL_LIBRARY_FUNCTION CATRL_FUNCTION
#include "catrl_cuda_functions.h"
};
