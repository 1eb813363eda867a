/* The random numbers of a draw: Philox4x32-10 (Salmon et al., SC 2011), a function of counter and key. */
#pragma once

#include <stdint.h>

#include "shared/inline.h"

namespace catrl {

/** The high 24 bits of the first word for counter[4]; key: low word first. Times 2^-24, a uniform in [0, 1). */
CATRL_COMMON uint32_t philox24(const int32_t* counter, int64_t key) {
    uint32_t c0 = static_cast<uint32_t>(counter[0]), c1 = static_cast<uint32_t>(counter[1]);
    uint32_t c2 = static_cast<uint32_t>(counter[2]), c3 = static_cast<uint32_t>(counter[3]);
    uint32_t k0 = static_cast<uint32_t>(key), k1 = static_cast<uint32_t>(static_cast<uint64_t>(key) >> 32);
    for (int round = 0; round < 10; round++) {
        const uint64_t product0 = uint64_t{0xD2511F53u} * c0, product1 = uint64_t{0xCD9E8D57u} * c2;
        c0 = static_cast<uint32_t>(product1 >> 32) ^ c1 ^ k0;
        c1 = static_cast<uint32_t>(product1);
        c2 = static_cast<uint32_t>(product0 >> 32) ^ c3 ^ k1;
        c3 = static_cast<uint32_t>(product0);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return c0 >> 8;
}

}  // namespace catrl
