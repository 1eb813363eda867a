/*
 * All kernels of one instruction set, compiled once for each with CATRL_ISA its name (base, avx2, avx512, avx512bf16).
 * One file, so that nothing compiled for a newer processor is ever shared with code for an older one.
 */
#include "context.h"
#include "simd.h"

#include "elementwise.h"
#include "embed.h"
#include "rmsnorm.h"
#include "linear.h"
#include "rope.h"
#include "attention.h"
#include "glu.h"
#include "logprob.h"
#include "sample.h"
#include "advance.h"
#include "grpo.h"
#include "adamw.h"

namespace catrl {

#define CATRL_JOIN(a, b) a##b
#define CATRL_TABLE(isa) CATRL_JOIN(ops_, isa)

/* what every instruction set has alike */
namespace CATRL_ISA {
using catrl::allocate;
using catrl::close;
using catrl::download;
using catrl::release;
using catrl::stage;
using catrl::upload;
}  // namespace CATRL_ISA

extern const catrl_ops CATRL_TABLE(CATRL_ISA);
const catrl_ops CATRL_TABLE(CATRL_ISA) = {
#define CATRL_OP(name) .name = CATRL_ISA::name,
    CATRL_OPS(CATRL_OP)
#undef CATRL_OP
};

}  // namespace catrl
