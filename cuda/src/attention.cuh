// What the attention kernels share: where rows' keys lie, the shape of the heads, and query tiles.
#pragma once

#include "device.cuh"

namespace catrl {

struct HeadShape {
    explicit HeadShape(const catrl_heads& heads)
        : query(static_cast<int>(heads.query)), key_value(static_cast<int>(heads.key_value)),
          size(static_cast<int>(heads.size)) { }

    int query, key_value, size;

    __host__ __device__ int group() const { return query / key_value; }
    /** Heads' worths of elements in a row of the fused projection. */
    __host__ __device__ int fused() const { return query + 2 * key_value; }
};

/** The rows of a pass and their cache; see catrl_rows. */
struct CacheRows {
    explicit CacheRows(const catrl_rows& rows)
        : positions(rows.positions), sequence_of(rows.sequence_of), block_table(rows.block_table),
          count(static_cast<int>(rows.count)), sequences(static_cast<int>(rows.sequences)),
          blocks_per_sequence(static_cast<int>(rows.blocks_per_sequence)) { }

    const int32_t *positions, *sequence_of, *block_table;
    int count, sequences, blocks_per_sequence;

    __device__ const int32_t* blocks_of(int row) const {
        return block_table + int64_t{sequence_of[row]} * blocks_per_sequence;
    }

    /** The slot, in units of one head's row, of a position of a row's sequence in either cache. */
    __device__ int64_t slot(int row, int position, int kv_head, int kv_heads) const {
        int block = blocks_of(row)[position / CATRL_BLOCK];
        return (int64_t{block} * kv_heads + kv_head) * CATRL_BLOCK + position % CATRL_BLOCK;
    }

    /** Whether a row is the only one of its sequence in this pass. */
    __device__ bool is_decode_row(int row) const {
        bool follows = row > 0 && sequence_of[row - 1] == sequence_of[row];
        bool leads = row + 1 < count && sequence_of[row + 1] == sequence_of[row];
        return !follows && !leads;
    }

    /** The row after the last of a row's sequence: its rows lie together. */
    __device__ int end_of_sequence(int row) const {
        int inside = row, outside = count;
        while (outside - inside > 1) {
            int middle = inside + (outside - inside) / 2;
            bool same = sequence_of[middle] == sequence_of[row];
            if (same) inside = middle;
            else outside = middle;
        }
        return outside;
    }
};

/** Consecutive rows of one sequence. */
struct Tile {
    int row, count;
};

/** A list of tiles on the device, and how long it is. */
struct Tiles {
    const int* count;
    const Tile* list;
};

/** What one call of attention works on. */
struct AttentionCall {
    explicit AttentionCall(const catrl_attention& attention)
        : storage(attention.storage), rows(attention.rows), heads(attention.heads), keys(attention.cache.keys),
          values(attention.cache.values), scale(static_cast<float>(attention.scale)),
          window(static_cast<int>(attention.window)) { }

    int64_t storage;
    CacheRows rows;
    HeadShape heads;
    const void *keys, *values;
    float scale;
    int window;
};

/** Most tiles that rows can be cut into. */
inline int most_tiles(const CacheRows& rows, int tile_rows) {
    int most = rows.count / tile_rows + 2 * rows.sequences + 1;
    return most < rows.count ? most : rows.count;
}

/** Bytes of memory that list_tiles needs, a multiple of 256. */
inline size_t tiles_bytes(const CacheRows& rows, int tile_rows) {
    return (sizeof(Tile) * most_tiles(rows, tile_rows) + sizeof(int) + 255) / 256 * 256;
}

/** Queues the cutting of the rows into tiles: where the sequence changes, and at multiples of tile_rows positions. */
Tiles list_tiles(CudaContext* ctx, void* memory, const CacheRows& rows, int tile_rows);

/** A kernel that wants more shared memory than it gets unasked. */
template <class K> void allow_shared(K* kernel, size_t bytes) {
    check(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(bytes)),
          "asking for shared memory");
}

/** Whether there are tensor-core kernels for these heads, and the device has the shared memory that they take. */
bool has_attention_mma(const CudaContext* ctx, const AttentionCall& call);

void attention_mma(CudaContext* ctx, void* o, float* lse, const void* q, const AttentionCall& call);

void attention_backward_mma(CudaContext* ctx, void* dqkv, const void* dout, const void* o, const float* lse,
                            const void* q, const AttentionCall& call);

void attention_plain(CudaContext* ctx, void* o, float* lse, const void* q, const AttentionCall& call);

void attention_backward_plain(CudaContext* ctx, void* dqkv, const void* dout, const void* o, const float* lse,
                              const void* q, const AttentionCall& call);

}  // namespace catrl
