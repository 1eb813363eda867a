// The ops of this library, each with the signature that catrl.h gives it.
#pragma once

#include <type_traits>

#include "catrl.h"

namespace catrl {
namespace ops {

#define CATRL_OP(name) std::remove_pointer_t<decltype(catrl_ops::name)> name;
CATRL_OPS(CATRL_OP)
#undef CATRL_OP
#define CATRL_OP(name) std::remove_pointer_t<decltype(catrl_device::name)> name;
CATRL_DEVICE(CATRL_OP)
#undef CATRL_OP

}  // namespace ops

/* The tables of them. */
extern const catrl_ops cuda_ops;
extern const catrl_device cuda_device;

}  // namespace catrl
