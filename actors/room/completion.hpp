// How the parts of a room answer an order, whoever gave it.
#pragma once

#include "protocol/error_code.hpp"

#include <tl/expected.hpp>

#include <functional>

namespace parley {

/// Takes what became of an order; to be called once, on the room's thread. Copies answer the same order.
template <class T>
using completion = std::function<void(tl::expected<T, error_code>)>;

} // namespace parley
