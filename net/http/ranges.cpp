#include "net/http/ranges.hpp"

#include "net/http/conditions.hpp"
#include "net/http/fields.hpp"
#include "net/http/http_date.hpp"
#include "protocol/whole_number.hpp"

#include <algorithm>
#include <limits>

namespace parley::net {

namespace {

/// Digits alone; a number too large for its type is the largest. nullopt for anything else, nothing included.
std::optional<std::uint64_t> read_position(std::string_view text) {
  const auto out = whole_number<std::uint64_t>(text);
  if (out)
    return *out;
  return out.error() == number_fault::out_of_range ? std::optional(std::numeric_limits<std::uint64_t>::max())
                                                   : std::nullopt;
}

std::string describe(const byte_range& part, std::uint64_t size) {
  return "bytes " + std::to_string(part.first) + "-" + std::to_string(part.first + part.length - 1) + "/" +
         std::to_string(size);
}

} // namespace

wished_range read_range(std::string_view field, std::uint64_t size) {
  constexpr wished_range ignored{};
  constexpr wished_range unsatisfiable{.what = range_wish::unsatisfiable, .part = {}};
  const auto equals = field.find('=');
  if (equals == std::string_view::npos || !same_token(trim(field.substr(0, equals)), "bytes"))
    return ignored;
  const auto wish = trim(field.substr(equals + 1));
  const auto dash = wish.find('-');
  if (dash == std::string_view::npos)
    return ignored;
  const auto first = read_position(wish.substr(0, dash));
  const auto last = read_position(wish.substr(dash + 1));
  if (dash == 0) {
    if (!last)
      return ignored;
    const auto length = std::min(*last, size);
    return length == 0 ? unsatisfiable : wished_range{range_wish::part, {size - length, length}};
  }
  const bool is_open = dash + 1 == wish.size();
  if (!first || (!last && !is_open) || (last && *last < *first))
    return ignored;
  if (*first >= size)
    return unsatisfiable;
  const auto end = is_open ? size - 1 : std::min(*last, size - 1);
  return {range_wish::part, {*first, end - *first + 1}};
}

answer serve_file(const request_head& from, served_file what, timestamp now) {
  response out{.status = 200, .content_type = {}, .body = {}, .extra = std::move(what.extra)};
  // A file may be newer than the clock, but not say so (RFC 9110 §8.8.2.1).
  if (what.modified)
    what.modified = std::min(*what.modified, now);
  const validators current{what.etag, what.modified};
  const auto condition = check_conditions(from, current);
  if (condition == precondition::failed)
    return tl::unexpected(failed_precondition());
  out.extra.emplace_back("ETag", what.etag);
  if (what.modified)
    out.extra.emplace_back("Last-Modified", http_date(*what.modified));
  if (condition == precondition::not_modified) {
    out.status = 304;
    return out;
  }
  out.extra.emplace_back("Accept-Ranges", "bytes");
  out.content_type = std::move(what.content_type);
  out.file = file_part{.file = std::move(what.file), .offset = 0, .length = what.size};
  // A range means nothing for other methods than GET (§14.2).
  const auto field = from.method == "GET" ? from.find("Range") : std::nullopt;
  if (!field || !allows_range(from, current, now))
    return out;
  const auto wish = read_range(*field, what.size);
  if (wish.what == range_wish::unsatisfiable)
    return tl::unexpected<refusal>(
      refusal(error_code::range_not_satisfiable, {{"Content-Range", "bytes */" + std::to_string(what.size)}}));
  if (wish.what == range_wish::part) {
    out.status = 206;
    out.extra.emplace_back("Content-Range", describe(wish.part, what.size));
    out.file->offset = wish.part.first;
    out.file->length = wish.part.length;
  }
  return out;
}

} // namespace parley::net
