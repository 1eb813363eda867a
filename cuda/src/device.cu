// What can be asked of the devices before a backend is opened on one.
#include <cuda_runtime.h>

#include <vector>

#include "catrl_cuda.h"
#include "fill.cuh"

namespace {

cudaError_t fill_and_fetch(float* device, std::vector<float>& host, float value) {
    cudaError_t error = catrl_fill(device, static_cast<long>(host.size()), value);
    if (error != cudaSuccess) return error;
    return cudaMemcpy(host.data(), device, host.size() * sizeof(float), cudaMemcpyDeviceToHost);
}

}  // namespace

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

int catrl_cuda_try(int device) {
    constexpr float kValue = 1.5f;
    std::vector<float> host(1000);
    float* memory = nullptr;
    cudaError_t error = cudaSetDevice(device);
    if (error == cudaSuccess) error = cudaMalloc(&memory, host.size() * sizeof(float));
    if (error == cudaSuccess) error = fill_and_fetch(memory, host, kValue);
    cudaFree(memory);
    for (float value : host) {
        if (error == cudaSuccess && value != kValue) error = cudaErrorUnknown;
    }
    return error;
}
