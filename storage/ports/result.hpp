// How storage answers, and how it fails.
#pragma once

#include "protocol/error_code.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/model.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::storage {

/// The storage itself failed (disk, lock, connection): what was asked did not happen. Thrown by every call of every
/// port; the actor that owns the connection turns it into `error_code::internal`. `what()` may name SQL; it is for the
/// log.
class storage_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

template <class T>
using result = tl::expected<T, error_code>;

} // namespace parley::storage
