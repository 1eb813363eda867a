#pragma once
#ifdef __cplusplus
extern "C" {
#endif
/** Name of the best instruction set of this machine that the library has kernels for: base, avx2 or avx512. */
const char* catrl_cpu_best_isa(void);
#ifdef __cplusplus
}
#endif
