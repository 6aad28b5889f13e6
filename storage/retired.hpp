// How users are called who are no more.
#pragma once

#include <string_view>

namespace parley::storage {

/// Begins their names, before their ids; nobody else may be called so.
inline constexpr std::string_view retired_prefix = "deleted-";

} // namespace parley::storage
