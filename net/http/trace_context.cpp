#include "net/http/trace_context.hpp"

#include "net/http/fields.hpp"
#include "protocol/hex.hpp"

#include <algorithm>
#include <cstddef>

namespace parley::net {

namespace {

// version "-" trace-id "-" parent-id "-" trace-flags
constexpr std::size_t trace_at = 3;
constexpr std::size_t trace_digits = 32;
constexpr std::size_t parent_at = trace_at + trace_digits + 1;
constexpr std::size_t parent_digits = 16;
constexpr std::size_t flags_at = parent_at + parent_digits + 1;
constexpr std::size_t whole = flags_at + 2;

bool is_hex(std::string_view x) {
  return std::ranges::all_of(x, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// An identifier of zeros names nothing.
bool is_id(std::string_view x) {
  return is_hex(x) && x.find_first_not_of('0') != std::string_view::npos;
}

} // namespace

std::optional<trace_context> parse_traceparent(std::string_view text) {
  if (text.size() < whole)
    return std::nullopt;
  const auto version = text.substr(0, 2);
  const auto flags = text.substr(flags_at, 2);
  const bool has_more = text.size() > whole;
  if (!is_hex(version) || version == "ff" || (has_more && (version == "00" || text[whole] != '-')))
    return std::nullopt;
  if (text[trace_at - 1] != '-' || text[parent_at - 1] != '-' || text[flags_at - 1] != '-' || !is_hex(flags))
    return std::nullopt;
  const trace_context out{text.substr(trace_at, trace_digits), text.substr(parent_at, parent_digits),
                          hex_value(flags[1]) % 2 == 1};
  if (!is_id(out.trace_id) || !is_id(out.parent_id))
    return std::nullopt;
  return out;
}

std::optional<trace_context> find_trace(const request_head& head) {
  const auto is_it = [](const auto& field) { return same_token(field.first, "traceparent"); };
  const auto first = std::ranges::find_if(head.fields, is_it);
  if (first == head.fields.end() || std::find_if(first + 1, head.fields.end(), is_it) != head.fields.end())
    return std::nullopt;
  return parse_traceparent(first->second);
}

} // namespace parley::net
