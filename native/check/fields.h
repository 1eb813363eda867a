/* Every argument struct of catrl.h is 8-byte fields at 0, 8, 16 ...; one that is not, or not named, is an error. */
#pragma once

#include <type_traits>

#include "catrl.h"

template <class Field> constexpr std::enable_if_t<std::is_scalar_v<Field>, bool> eight_bytes(const Field&) {
    return sizeof(Field) == 8;
}

template <class... Field> constexpr bool all_eight_bytes(const Field&... field) { return (eight_bytes(field) && ...); }

/** A struct among the fields stands for its own fields, checked before it. */
#define CATRL_FIELDS(Struct, ...)                         \
    constexpr bool eight_bytes(const Struct& arguments) { \
        const auto& [__VA_ARGS__] = arguments;            \
        return all_eight_bytes(__VA_ARGS__);              \
    }                                                     \
    static_assert(eight_bytes(Struct{}), "a field of " #Struct " is not 8 bytes wide")

CATRL_FIELDS(catrl_array, data, type, length);
CATRL_FIELDS(catrl_picks, storage, table_type, ids, n, c, v);
CATRL_FIELDS(catrl_norm, storage, n, c, weight, epsilon, offset);
CATRL_FIELDS(catrl_product, storage, m, n, k);
CATRL_FIELDS(catrl_linear, shape, y_type, stride, packed, bias, addend);
CATRL_FIELDS(catrl_rows, count, sequences, blocks_per_sequence, positions, sequence_of, block_table);
CATRL_FIELDS(catrl_heads, query, key_value, size);
CATRL_FIELDS(catrl_cache, keys, values);
CATRL_FIELDS(catrl_attention, storage, rows, heads, cache, scale, window);
CATRL_FIELDS(catrl_rotation, rotary, query_norm, key_norm, epsilon, offset);
CATRL_FIELDS(catrl_gate, storage, n, f, activation);
CATRL_FIELDS(catrl_vocab_tile, storage, n, width, first_id, inverse_temperature, targets);
CATRL_FIELDS(catrl_sampling, count, vocab, settings, counters, seed, seen_from, seen);
CATRL_FIELDS(catrl_decoding, count, capacity, input_ids, positions, counters, left, taken, recorded_ids, recorded_logp,
             stop_from, stops);
CATRL_FIELDS(catrl_tokens, n, sequences, logp, old_logp, ref_logp, advantage, weight, sequence_from);
CATRL_FIELDS(catrl_grpo, cispo, sequence_level, clip_low, clip_high, delta, beta, kl);
CATRL_FIELDS(catrl_grpo_sums, loss, tokens, clipped_low, clipped_high, kl, mult_prob_error, ratio);
CATRL_FIELDS(catrl_trainable, weight, first, second, copy, length);
CATRL_FIELDS(catrl_adamw_step, learning_rate, beta1, beta2, epsilon, weight_decay, decayed_length, step,
             gradient_scale);

#undef CATRL_FIELDS
