/* advance: one token of every row that is still decoding. */
#pragma once

#include <stdexcept>
#include <string>

namespace catrl {
namespace CATRL_ISA {

void advance(catrl_cpu*, int count, int capacity, int32_t* input_ids, int32_t* positions, int32_t* counters,
             int32_t* left, int32_t* taken, int32_t* recorded_ids, float* recorded_logp, const int32_t* stop_from,
             const int32_t* stops, const int32_t* ids, const float* logp) {
    for (int r = 0; r < count; r++) {
        if (left[r] > 0 && (taken[r] < 0 || taken[r] >= capacity)) {
            throw std::invalid_argument("advance: taken[" + std::to_string(r) + "] is " + std::to_string(taken[r])
                                        + ", outside [0, " + std::to_string(capacity) + ")");
        }
    }
    for (int r = 0; r < count; r++) {
        if (left[r] <= 0) continue;
        recorded_ids[int64_t{taken[r]} * count + r] = ids[r];
        recorded_logp[int64_t{taken[r]} * count + r] = logp[r];
        taken[r]++;
        left[r]--;
        for (int32_t i = stop_from[r]; i < stop_from[r + 1]; i++) {
            if (stops[i] == ids[r]) left[r] = 0;
        }
        if (left[r] == 0) continue;
        input_ids[r] = ids[r];
        positions[r]++;
        counters[int64_t{r} * 4 + 3]++;
    }
}

}  // namespace CATRL_ISA
}  // namespace catrl
