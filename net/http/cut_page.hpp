// Pages of what is in memory.
#pragma once

#include "protocol/model.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace parley::net {

/// One page of all that there is.
template <class T>
page<T> cut_page(const std::vector<T>& all, page_request at) {
  page<T> out{.items = {}, .total = static_cast<std::int64_t>(all.size()), .number = at.number, .size = at.size};
  const auto first = std::min(at.offset(), out.total);
  const auto last = std::min(first + at.size, out.total);
  out.items.assign(all.begin() + first, all.begin() + last);
  return out;
}

} // namespace parley::net
