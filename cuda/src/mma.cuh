// Tensor cores and asynchronous copies, one function each: PTX on a device, the same semantics by an exchange between
// lanes in the emulator, so that what the kernels assume of the layouts is tested without a GPU.
//
// Layouts (PTX ISA, "Matrix fragments for mma.m16n8k16" and "ldmatrix"), with g = lane / 4 and t = lane % 4; a register
// holds two neighbouring bf16, the lower address in the lower half:
//   A, 16 x 16 by rows:     a[0] = (g, 2t), a[1] = (g + 8, 2t), a[2] = (g, 2t + 8), a[3] = (g + 8, 2t + 8)
//   B, 16 x 8 by columns:   b[0] = (2t, g), b[1] = (2t + 8, g)
//   C, 16 x 8, fp32:        c[0] = (g, 2t), c[1] = (g, 2t + 1), c[2] = (g + 8, 2t), c[3] = (g + 8, 2t + 1)
#pragma once

#include "device.cuh"

namespace catrl {

using Fragment = uint32_t[4];
using Accumulator = float[4];

/** Two floats as neighbouring bf16, the first in the lower half. */
__device__ __forceinline__ uint32_t pack_bf16(float low, float high) {
#ifdef __CUDA_ARCH__
    uint32_t both;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(both) : "f"(high), "f"(low));
    return both;
#else
    __nv_bfloat162 both = __floats2bfloat162_rn(low, high);
    uint32_t bits;
    memcpy(&bits, &both, sizeof bits);
    return bits;
#endif
}

#ifdef CATRL_EMULATED
inline float half_of(uint32_t both, int which) {
    return __uint_as_float(which == 0 ? both << 16 : both & 0xFFFF0000u);
}
#endif

/** c += a b. */
__device__ __forceinline__ void mma(Accumulator& c, const Fragment& a, uint32_t b0, uint32_t b1) {
#ifdef __CUDA_ARCH__
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
        "{%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
#elif defined(CATRL_EMULATED)
    uint32_t mine[6] = {a[0], a[1], a[2], a[3], b0, b1};
    const char* all = emulator::exchange(mine, sizeof mine);
    auto from = [&](int lane) { return reinterpret_cast<const uint32_t*>(all + lane * emulator::EXCHANGE); };
    int g = emulator::lane() / 4, t = emulator::lane() % 4;
    for (int i = 0; i < 4; i++) {
        int row = g + (i < 2 ? 0 : 8), column = 2 * t + i % 2;
        float sum = 0;
        for (int k = 0; k < 16; k++) {
            const uint32_t* left = from(row % 8 * 4 + k % 8 / 2);
            const uint32_t* right = from(column * 4 + k % 8 / 2);
            sum += half_of(left[row / 8 + k / 8 * 2], k % 2) * half_of(right[4 + k / 8], k % 2);
        }
        c[i] += sum;
    }
    emulator::warp_done();
#endif
}

/** Four 8 x 8 matrices of bf16; lane l gives the address of row l % 8 of matrix l / 8. r[i]: (g, 2t) of matrix i. */
__device__ __forceinline__ void load_matrices(Fragment& r, const bf16* row) {
#ifdef __CUDA_ARCH__
    uint32_t address = static_cast<uint32_t>(__cvta_generic_to_shared(row));
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(address)
                 : "memory");
#elif defined(CATRL_EMULATED)
    const char* all = emulator::exchange(&row, sizeof row);
    int g = emulator::lane() / 4, t = emulator::lane() % 4;
    for (int i = 0; i < 4; i++) {
        const bf16* matrix_row = *reinterpret_cast<bf16* const*>(all + (8 * i + g) * emulator::EXCHANGE);
        memcpy(&r[i], matrix_row + 2 * t, sizeof r[i]);
    }
    emulator::warp_done();
#endif
}

/** The same, each matrix transposed: r[i] = (2t, g) and (2t + 1, g) of matrix i. */
__device__ __forceinline__ void load_matrices_transposed(Fragment& r, const bf16* row) {
#ifdef __CUDA_ARCH__
    uint32_t address = static_cast<uint32_t>(__cvta_generic_to_shared(row));
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(address)
                 : "memory");
#elif defined(CATRL_EMULATED)
    const char* all = emulator::exchange(&row, sizeof row);
    int g = emulator::lane() / 4, t = emulator::lane() % 4;
    for (int i = 0; i < 4; i++) {
        const bf16* first = *reinterpret_cast<bf16* const*>(all + (8 * i + 2 * t) * emulator::EXCHANGE);
        const bf16* second = *reinterpret_cast<bf16* const*>(all + (8 * i + 2 * t + 1) * emulator::EXCHANGE);
        r[i] = first[g].bits | uint32_t{second[g].bits} << 16;
    }
    emulator::warp_done();
#endif
}

/** Starts a copy of 16 bytes from global to shared memory, or of zeros when not there. Both 16-byte aligned. */
__device__ __forceinline__ void copy_async(void* shared, const void* global, bool there) {
#ifdef __CUDA_ARCH__
    uint32_t address = static_cast<uint32_t>(__cvta_generic_to_shared(shared));
    int bytes = there ? 16 : 0;
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(address), "l"(global), "r"(bytes) : "memory");
#elif defined(CATRL_EMULATED)
    emulator::copy_later(shared, there ? global : nullptr);
#endif
}

/** Closes the group of this thread's copies started so far. */
__device__ __forceinline__ void close_copies() {
#ifdef __CUDA_ARCH__
    asm volatile("cp.async.commit_group;" ::: "memory");
#elif defined(CATRL_EMULATED)
    emulator::close_copies();
#endif
}

/** Waits until at most PENDING of this thread's groups are still on their way. */
template <int PENDING> __device__ __forceinline__ void await_copies() {
#ifdef __CUDA_ARCH__
    asm volatile("cp.async.wait_group %0;" ::"n"(PENDING) : "memory");
#elif defined(CATRL_EMULATED)
    emulator::await_copies(PENDING);
#endif
}

/** 2^x, at about 2 units in the last place. */
__device__ __forceinline__ float exp2_fast(float x) {
#ifdef __CUDA_ARCH__
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
#else
    return exp2f(x);
#endif
}

}  // namespace catrl
