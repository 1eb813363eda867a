/*
 * A stand-in for libcublasLt.so.13 on a CPU: the functions that CublasProducts calls, by plain loops over the emulated
 * device's memory, so that what it says to cuBLAS (layouts, transpositions, leading dimensions, which algorithm) is
 * tested where there is none. Numbers of attributes and types are those of cublasLt.h. A split of the sum is offered
 * first, as cuBLAS may: exact mode must pass over it.
 */
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace {

constexpr int SUCCESS = 0, INVALID_VALUE = 7;
constexpr int F32 = 0, BF16 = 14;
constexpr int COMPUTE_32F = 68;
constexpr int TRANSPOSE_A = 3, TRANSPOSE_B = 4;
constexpr int SPLIT_K = 2;

struct Operation {
    int32_t transpose_a, transpose_b;
};
struct Layout {
    int type;
    uint64_t rows, columns;
    int64_t stride;

    float get(const void* memory, int64_t row, int64_t column) const {
        int64_t i = row + column * stride;
        if (type == F32) return static_cast<const float*>(memory)[i];
        uint32_t bits = uint32_t{static_cast<const uint16_t*>(memory)[i]} << 16;
        float value;
        std::memcpy(&value, &bits, sizeof value);
        return value;
    }

    void set(void* memory, int64_t row, int64_t column, float value) const {
        int64_t i = row + column * stride;
        if (type == F32) {
            static_cast<float*>(memory)[i] = value;
            return;
        }
        uint32_t bits;
        std::memcpy(&bits, &value, sizeof bits);
        static_cast<uint16_t*>(memory)[i] = uint16_t((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
    }
};
struct Algorithm {
    uint64_t splits, rest[7];
};
struct Heuristic {
    Algorithm algorithm;
    size_t workspace;
    int state;
    float waves;
    int reserved[4];
};

}  // namespace

extern "C" {

int cublasLtCreate(void** handle) {
    *handle = new int(0);
    return SUCCESS;
}

int cublasLtDestroy(void* handle) {
    delete static_cast<int*>(handle);
    return SUCCESS;
}

size_t cublasLtGetVersion() { return 130201; }

const char* cublasLtGetStatusString(int status) { return status == SUCCESS ? "success" : "an invalid value"; }

int cublasLtMatmulDescCreate(void** operation, int compute, int scale) {
    if (compute != COMPUTE_32F || scale != F32) return INVALID_VALUE;
    *operation = new Operation{0, 0};
    return SUCCESS;
}

int cublasLtMatmulDescDestroy(void* operation) {
    delete static_cast<Operation*>(operation);
    return SUCCESS;
}

int cublasLtMatmulDescSetAttribute(void* operation, int attribute, const void* value, size_t size) {
    if (size != sizeof(int32_t) || (attribute != TRANSPOSE_A && attribute != TRANSPOSE_B)) return INVALID_VALUE;
    Operation& of = *static_cast<Operation*>(operation);
    std::memcpy(attribute == TRANSPOSE_A ? &of.transpose_a : &of.transpose_b, value, size);
    return SUCCESS;
}

int cublasLtMatrixLayoutCreate(void** layout, int type, uint64_t rows, uint64_t columns, int64_t stride) {
    if ((type != F32 && type != BF16) || stride < int64_t(rows)) return INVALID_VALUE;
    *layout = new Layout{type, rows, columns, stride};
    return SUCCESS;
}

int cublasLtMatrixLayoutDestroy(void* layout) {
    delete static_cast<Layout*>(layout);
    return SUCCESS;
}

int cublasLtMatmulPreferenceCreate(void** preference) {
    *preference = new int(0);
    return SUCCESS;
}

int cublasLtMatmulPreferenceDestroy(void* preference) {
    delete static_cast<int*>(preference);
    return SUCCESS;
}

int cublasLtMatmulPreferenceSetAttribute(void*, int, const void*, size_t size) {
    return size == 4 || size == 8 ? SUCCESS : INVALID_VALUE;
}

int cublasLtMatmulAlgoGetHeuristic(void*, void*, void*, void*, void*, void*, void*, int wanted, Heuristic* found,
                                   int* count) {
    if (wanted < 2) return INVALID_VALUE;
    std::memset(found, 0, 2 * sizeof *found);
    found[0].algorithm.splits = 2;
    found[1].algorithm.splits = 1;
    *count = 2;
    return SUCCESS;
}

int cublasLtMatmulAlgoConfigGetAttribute(const Algorithm* algorithm, int attribute, void* value, size_t size,
                                         size_t* written) {
    if (attribute != SPLIT_K || size != sizeof(uint32_t)) return INVALID_VALUE;
    uint32_t splits = static_cast<uint32_t>(algorithm->splits);
    std::memcpy(value, &splits, size);
    *written = size;
    return SUCCESS;
}

/** d = alpha op(a) op(b) + beta c, by columns; the sum in as many parts as the algorithm says. */
int cublasLtMatmul(void*, void* operation, const float* alpha, const void* a, void* a_layout, const void* b,
                   void* b_layout, const float* beta, const void* c, void* c_layout, void* d, void* d_layout,
                   const Algorithm* algorithm, void*, size_t, void*) {
    const Operation& of = *static_cast<Operation*>(operation);
    const Layout &left = *static_cast<Layout*>(a_layout), &right = *static_cast<Layout*>(b_layout);
    const Layout &third = *static_cast<Layout*>(c_layout), &result = *static_cast<Layout*>(d_layout);
    const uint64_t k = of.transpose_a ? left.rows : left.columns;
    const bool fits = (of.transpose_a ? left.columns : left.rows) == result.rows
                      && (of.transpose_b ? right.rows : right.columns) == result.columns
                      && (of.transpose_b ? right.columns : right.rows) == k && third.rows == result.rows
                      && third.columns == result.columns && left.type == right.type && algorithm->splits > 0;
    if (!fits) return INVALID_VALUE;
    for (uint64_t j = 0; j < result.columns; j++) {
        for (uint64_t i = 0; i < result.rows; i++) {
            float sum = 0;
            for (uint64_t part = 0; part < algorithm->splits; part++) {
                float partial = 0;
                for (uint64_t s = part; s < k; s += algorithm->splits) {
                    partial += (of.transpose_a ? left.get(a, s, i) : left.get(a, i, s))
                               * (of.transpose_b ? right.get(b, j, s) : right.get(b, s, j));
                }
                sum += partial;
            }
            result.set(d, i, j, *alpha * sum + (*beta == 0 ? 0 : *beta * third.get(c, i, j)));
        }
    }
    return SUCCESS;
}

}  // extern "C"
