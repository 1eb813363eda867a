/* How a function is declared that C++ and CUDA compile alike: one text, no symbol of its own on either side. */
#pragma once

#if defined(__CUDACC__) || defined(CATRL_EMULATED)
#define CATRL_COMMON static __host__ __device__ __forceinline__
#else
#define CATRL_COMMON static inline __attribute__((always_inline))
#endif
