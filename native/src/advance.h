/* advance: one token of every row that is still decoding. */
#pragma once

#include <stdexcept>
#include <string>

namespace catrl {
namespace CATRL_ISA {

void advance(catrl_context*, const catrl_decoding* books, const int32_t* ids, const float* logp) {
    const catrl_decoding& b = *books;
    for (int64_t r = 0; r < b.count; r++) {
        if (b.left[r] > 0 && (b.taken[r] < 0 || b.taken[r] >= b.capacity)) {
            throw std::invalid_argument("advance: taken[" + std::to_string(r) + "] is " + std::to_string(b.taken[r])
                                        + ", outside [0, " + std::to_string(b.capacity) + ")");
        }
    }
    for (int64_t r = 0; r < b.count; r++) {
        if (b.left[r] <= 0) continue;
        b.recorded_ids[b.taken[r] * b.count + r] = ids[r];
        b.recorded_logp[b.taken[r] * b.count + r] = logp[r];
        b.taken[r]++;
        b.left[r]--;
        for (int32_t i = b.stop_from[r]; i < b.stop_from[r + 1]; i++) {
            if (b.stops[i] == ids[r]) b.left[r] = 0;
        }
        if (b.left[r] == 0) continue;
        b.input_ids[r] = ids[r];
        b.positions[r]++;
        b.counters[r * 4 + 3]++;
    }
}

}  // namespace CATRL_ISA
}  // namespace catrl
