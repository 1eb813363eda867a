/*
 * Sixteen floats at a time, for every instruction set. A Vec is one AVX-512 register, two of AVX2 or four of SSE (or
 * of whatever the compiler has); all arithmetic is lane by lane, so results are laid out alike everywhere. Contraction
 * is off in this library: a product is fused with a sum exactly where fma() says so.
 */
#pragma once

#include <cstdint>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define CATRL_INLINE static inline __attribute__((always_inline))

namespace catrl {
namespace CATRL_ISA {

constexpr int LANES = 16;

#if defined(__AVX512F__)
constexpr int NATIVE = 16;
#elif defined(__AVX2__)
constexpr int NATIVE = 8;
#else
constexpr int NATIVE = 4;
#endif
constexpr int PARTS = LANES / NATIVE;

typedef float Part __attribute__((vector_size(NATIVE * 4)));
typedef float PartUnaligned __attribute__((vector_size(NATIVE * 4), aligned(4), may_alias));
typedef int32_t PartInt __attribute__((vector_size(NATIVE * 4)));

struct Vec {
    Part part[PARTS];
};

/** Lane masks: all ones or all zeros. */
struct Mask {
    PartInt part[PARTS];
};

#define CATRL_PARTS _Pragma("GCC unroll 4") for (int p = 0; p < PARTS; p++)

CATRL_INLINE Vec broadcast(float x) {
    Vec v;
    CATRL_PARTS v.part[p] = x - Part{};
    return v;
}

CATRL_INLINE Vec zero() {
    Vec v;
    CATRL_PARTS v.part[p] = Part{};
    return v;
}

CATRL_INLINE Vec load(const float* x) {
    Vec v;
    CATRL_PARTS v.part[p] = *reinterpret_cast<const PartUnaligned*>(x + p * NATIVE);
    return v;
}

CATRL_INLINE void store(float* x, Vec v) {
    CATRL_PARTS *reinterpret_cast<PartUnaligned*>(x + p * NATIVE) = v.part[p];
}

/** The first count lanes from memory, the others 0; reads nothing beyond them. */
CATRL_INLINE Vec loadFirst(const float* x, int count) {
#if defined(__AVX512F__)
    return {{(Part) _mm512_maskz_loadu_ps((__mmask16) ((1u << count) - 1), x)}};
#else
    alignas(64) float lanes[LANES] = {};
    std::memcpy(lanes, x, sizeof(float) * count);
    return load(lanes);
#endif
}

CATRL_INLINE void storeFirst(float* x, Vec v, int count) {
#if defined(__AVX512F__)
    _mm512_mask_storeu_ps(x, (__mmask16) ((1u << count) - 1), (__m512) v.part[0]);
#else
    alignas(64) float lanes[LANES];
    store(lanes, v);
    std::memcpy(x, lanes, sizeof(float) * count);
#endif
}

/** bfloat16: the upper half of a float. Widened where it is read, rounded to nearest even where it is written. */
struct Bf16 {
    uint16_t bits;

    Bf16() = default;

    __attribute__((always_inline)) Bf16(float x) {
        uint32_t wide;
        std::memcpy(&wide, &x, sizeof x);
        bits = static_cast<uint16_t>(x != x ? wide >> 16 | 0x40 : (wide + 0x7fff + (wide >> 16 & 1)) >> 16);
    }

    __attribute__((always_inline)) operator float() const {
        uint32_t wide = uint32_t{bits} << 16;
        float x;
        std::memcpy(&x, &wide, sizeof x);
        return x;
    }
};

CATRL_INLINE Vec load(const Bf16* x) {
#if defined(__AVX512F__)
    __m512i wide = _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(x)));
    return {{(Part) _mm512_slli_epi32(wide, 16)}};
#else
    alignas(64) float lanes[LANES];
    for (int i = 0; i < LANES; i++) lanes[i] = x[i];
    return load(lanes);
#endif
}

CATRL_INLINE void store(Bf16* x, Vec v) {
#if defined(__AVX512F__)
    __m512i wide = (__m512i) v.part[0];
    __m512i upper = _mm512_srli_epi32(wide, 16);
    __m512i odd = _mm512_and_si512(upper, _mm512_set1_epi32(1));
    __m512i rounded = _mm512_srli_epi32(_mm512_add_epi32(wide, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7fff))), 16);
    __mmask16 nan = _mm512_cmp_ps_mask((__m512) v.part[0], (__m512) v.part[0], _CMP_UNORD_Q);
    rounded = _mm512_mask_or_epi32(rounded, nan, upper, _mm512_set1_epi32(0x40));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(x), _mm512_cvtepi32_epi16(rounded));
#else
    alignas(64) float lanes[LANES];
    store(lanes, v);
    for (int i = 0; i < LANES; i++) x[i] = lanes[i];
#endif
}

CATRL_INLINE Vec loadFirst(const Bf16* x, int count) {
    Bf16 lanes[LANES] = {};
    std::memcpy(lanes, x, sizeof(Bf16) * count);
    return load(lanes);
}

CATRL_INLINE void storeFirst(Bf16* x, Vec v, int count) {
    Bf16 lanes[LANES];
    store(lanes, v);
    std::memcpy(x, lanes, sizeof(Bf16) * count);
}

/** load, or loadFirst where fewer than LANES are left. */
template <class T> CATRL_INLINE Vec loadUpTo(const T* x, int count) {
    return count >= LANES ? load(x) : loadFirst(x, count);
}

template <class T> CATRL_INLINE void storeUpTo(T* x, Vec v, int count) {
    if (count >= LANES) store(x, v);
    else storeFirst(x, v, count);
}

/** body(a value of a storage type): every op is written once for both. */
template <class F> CATRL_INLINE void withStorage(int64_t storage, F&& body) {
    if (storage == CATRL_BF16) body(Bf16());
    else body(0.0f);
}

CATRL_INLINE Vec operator+(Vec a, Vec b) {
    CATRL_PARTS a.part[p] += b.part[p];
    return a;
}

CATRL_INLINE Vec operator-(Vec a, Vec b) {
    CATRL_PARTS a.part[p] -= b.part[p];
    return a;
}

CATRL_INLINE Vec operator*(Vec a, Vec b) {
    CATRL_PARTS a.part[p] *= b.part[p];
    return a;
}

CATRL_INLINE Vec operator/(Vec a, Vec b) {
    CATRL_PARTS a.part[p] /= b.part[p];
    return a;
}

/** a * b + c: rounded once where the instruction set has it, twice on base. */
CATRL_INLINE Vec fma(Vec a, Vec b, Vec c) {
#if defined(__AVX512F__)
    c.part[0] = (Part) _mm512_fmadd_ps((__m512) a.part[0], (__m512) b.part[0], (__m512) c.part[0]);
#elif defined(__FMA__)
    CATRL_PARTS c.part[p] = (Part) _mm256_fmadd_ps((__m256) a.part[p], (__m256) b.part[p], (__m256) c.part[p]);
#else
    CATRL_PARTS c.part[p] = a.part[p] * b.part[p] + c.part[p];
#endif
    return c;
}

CATRL_INLINE Mask greater(Vec a, Vec b) {
    Mask m;
    CATRL_PARTS m.part[p] = a.part[p] > b.part[p];
    return m;
}

/** a where the mask is set, b elsewhere. */
CATRL_INLINE Vec select(Mask mask, Vec a, Vec b) {
    CATRL_PARTS b.part[p] = mask.part[p] ? a.part[p] : b.part[p];
    return b;
}

/** b where a is NaN. */
CATRL_INLINE Vec max(Vec a, Vec b) { return select(greater(a, b), a, b); }

/** b where a is NaN. */
CATRL_INLINE Vec min(Vec a, Vec b) { return select(greater(b, a), a, b); }

/** Lanes 0 .. 15 as numbers. */
CATRL_INLINE Vec lanes() {
    static const float number[LANES] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    return load(number);
}

/** The sum of the lanes, always by the same tree. */
CATRL_INLINE float sum(Vec v) {
    alignas(64) float x[LANES];
    store(x, v);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) x[i] += x[i + half];
    return x[0];
}

CATRL_INLINE float largest(Vec v) {
    alignas(64) float x[LANES];
    store(x, v);
    for (int half = LANES / 2; half > 0; half /= 2)
        for (int i = 0; i < half; i++) x[i] = x[i] > x[i + half] ? x[i] : x[i + half];
    return x[0];
}

/**
 * e^x within 2 units in the last place: x = n ln 2 + r, e^r by its Taylor polynomial (|r| <= 0.3466), times 2^n.
 * 0 below -87.3, infinity above 88.7, NaN for NaN.
 */
CATRL_INLINE Vec exp(Vec x) {
    const Vec round = broadcast(12582912.0f);  // 1.5 * 2^23: adding it leaves the nearest integer in the low bits
    Vec n = fma(x, broadcast(1.44269504088896341f), round) - round;
    Vec r = fma(n, broadcast(-0.693145751953125f), x);
    r = fma(n, broadcast(-1.42860677e-6f), r);
    Vec y = broadcast(1.0f / 5040);
    y = fma(y, r, broadcast(1.0f / 720));
    y = fma(y, r, broadcast(1.0f / 120));
    y = fma(y, r, broadcast(1.0f / 24));
    y = fma(y, r, broadcast(1.0f / 6));
    y = fma(y, r, broadcast(0.5f));
    y = fma(y, r, broadcast(1.0f));
    y = fma(y, r, broadcast(1.0f));
    Vec power;
    CATRL_PARTS {
        PartInt exponent = __builtin_convertvector(n.part[p], PartInt);
        // in two steps, so that results next to the largest float do not overflow on the way
        PartInt half = exponent >> 1;
        power.part[p] = (Part) ((half + 127) << 23);
        y.part[p] *= (Part) ((exponent - half + 127) << 23);
    }
    y = y * power;
    y = select(greater(broadcast(-87.3f), x), zero(), y);
    y = select(greater(x, broadcast(88.72f)), broadcast(__builtin_inff()), y);
    Mask nan;
    CATRL_PARTS nan.part[p] = x.part[p] != x.part[p];
    return select(nan, x, y);
}

/** e^x of one number, by the same arithmetic. */
CATRL_INLINE float exp(float x) { return exp(broadcast(x)).part[0][0]; }

}  // namespace CATRL_ISA
}  // namespace catrl
