#include "fill.cuh"

namespace {

constexpr int kThreads = 256;
constexpr long kMostBlocks = 4096;

__global__ void fill_kernel(float* x, long n, float value) {
    const long stride = static_cast<long>(gridDim.x) * blockDim.x;
    for (long i = blockIdx.x * static_cast<long>(blockDim.x) + threadIdx.x; i < n; i += stride) {
        x[i] = value;
    }
}

}  // namespace

cudaError_t catrl_fill(float* x, long n, float value) {
    const long blocks = (n + kThreads - 1) / kThreads;
    fill_kernel<<<static_cast<int>(blocks < kMostBlocks ? blocks : kMostBlocks), kThreads>>>(x, n, value);
    return cudaGetLastError();
}
