// Numbered pages, and names searched for by a part of them.
#pragma once

#include "protocol/model.hpp"
#include "storage/sql/query.hpp"

#include <string>
#include <string_view>

namespace parley::storage::sql {

/// The end of a statement that reads one page; its last two parameters are `size` and `offset`.
inline const std::string one_page = " LIMIT :size OFFSET :offset";

/// The pattern of `LIKE … ESCAPE '!'` that finds `search` anywhere in a folded name.
std::string like_pattern(std::string_view search);

/// `count` and `list` take `key`; `list` takes the page's size and offset behind it, and its rows give a `T` by `take`.
template <class T, class Count, class List, class... Key>
page<T> read_page(connection& link, Count& count, List& list, const page_request& at, const Key&... key) {
  const snapshot state(link);
  page<T> out{.items = {}, .total = count.one(key...).value().value, .number = at.number, .size = at.size};
  list.each([&](auto& row) { out.items.push_back(row.take()); }, key..., at.size, at.offset());
  return out;
}

} // namespace parley::storage::sql
