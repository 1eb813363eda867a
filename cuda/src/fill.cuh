// fill: x[i] = value, i < n. x is overwritten.
#pragma once
#include <cuda_runtime.h>

cudaError_t catrl_fill(float* x, long n, float value);
