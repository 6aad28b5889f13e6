// Whole numbers in texts that others wrote: paths, queries, header fields, environment.
#pragma once

#include <tl/expected.hpp>

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string_view>
#include <system_error>

namespace parley {

/// Why a text is not the number that was asked for.
enum class number_fault : std::uint8_t {
  not_an_integer,
  out_of_range, ///< an integer, and none that the type holds
};

/// The decimal number that the whole text is: digits, zeros in front among them, behind a minus if the type has a sign.
/// No plus, no white space, nothing behind it.
template <std::integral T>
tl::expected<T, number_fault> whole_number(std::string_view text) {
  T out{};
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, out);
  if (stop != end || fault == std::errc::invalid_argument)
    return tl::unexpected(number_fault::not_an_integer);
  if (fault == std::errc::result_out_of_range)
    return tl::unexpected(number_fault::out_of_range);
  return out;
}

} // namespace parley
