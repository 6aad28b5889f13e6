#include "net/http/ranges.hpp"

#include "net/http/fields.hpp"
#include "net/http/http_date.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <limits>

namespace parley::net {

namespace {

/// Digits alone; a number too large for its type is the largest. nullopt for anything else, nothing included.
std::optional<std::uint64_t> read_position(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  std::uint64_t out = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), out);
  return fault == std::errc::result_out_of_range ? std::numeric_limits<std::uint64_t>::max() : out;
}

/// Weak comparison (RFC 9110 §8.8.3.2).
bool is_same_tag(std::string_view a, std::string_view b) {
  const auto opaque = [](std::string_view tag) { return tag.starts_with("W/") ? tag.substr(2) : tag; };
  return opaque(a) == opaque(b);
}

bool lists_tag(const request_head& from, std::string_view etag) {
  for (const auto& [name, value] : from.fields) {
    if (!same_token(name, "If-None-Match"))
      continue;
    // Our own tags hold no comma, so that a list can be cut at each; parts of foreign tags match nothing.
    for (std::string_view rest = value; !rest.empty();) {
      const auto comma = std::min(rest.find(','), rest.size());
      const auto tag = trim(rest.substr(0, comma));
      if (tag == "*" || is_same_tag(tag, etag))
        return true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return false;
}

timestamp whole_seconds(timestamp t) {
  return std::chrono::floor<std::chrono::seconds>(t);
}

/// True where what the client has is what it would get (§13.2.2, steps 3 and 4).
bool is_fresh(const request_head& from, const served_file& what) {
  if (from.find("If-None-Match"))
    return lists_tag(from, what.etag);
  const auto since = from.find("If-Modified-Since");
  const auto date = since ? read_http_date(trim(*since)) : std::nullopt;
  return date && whole_seconds(what.modified) <= *date;
}

/// True where `If-Range` lets the range stand (§13.1.5): the very tag, or the very date where that is safe to tell.
bool allows_range(const request_head& from, const served_file& what, timestamp now) {
  const auto field = from.find("If-Range");
  if (!field)
    return true;
  const auto value = trim(*field);
  if (value.starts_with('"') || value.starts_with("W/"))
    return value == what.etag;
  const auto date = read_http_date(value);
  return date && *date == whole_seconds(what.modified) && *date + std::chrono::seconds(1) <= now;
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
  out.extra.emplace_back("ETag", what.etag);
  out.extra.emplace_back("Last-Modified", http_date(what.modified));
  if (is_fresh(from, what)) {
    out.status = 304;
    return out;
  }
  out.extra.emplace_back("Accept-Ranges", "bytes");
  out.content_type = std::move(what.content_type);
  out.file = file_part{.file = std::move(what.file), .offset = 0, .length = what.size};
  // Of other methods than GET a range means nothing (§14.2).
  const auto field = from.method == "GET" ? from.find("Range") : std::nullopt;
  if (!field || !allows_range(from, what, now))
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
