#include "net/http/conditions.hpp"

#include "net/http/fields.hpp"
#include "net/http/http_date.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace parley::net {

namespace {

enum class comparison : std::uint8_t { strong, weak };

/// The next tag of a list, with its `W/` and quotation marks, and what is left behind it; an empty one at the end, or
/// where no tag stands.
std::string_view next_tag(std::string_view& list) {
  list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
  const auto begin = std::size_t{list.starts_with("W/") ? 2U : 0U};
  const auto end = begin < list.size() && list[begin] == '"' ? list.find('"', begin + 1) : std::string_view::npos;
  if (end == std::string_view::npos)
    return {};
  const auto out = list.substr(0, end + 1);
  list.remove_prefix(out.size());
  return out;
}

bool lists_tag(std::string_view list, std::string_view etag, comparison how) {
  if (trim(list) == "*")
    return true;
  for (auto tag = next_tag(list); !tag.empty(); tag = next_tag(list)) {
    // Ours are strong: only the weak comparison looks past the mark of a weak one (§8.8.3.2).
    if (how == comparison::weak && tag.starts_with("W/"))
      tag.remove_prefix(2);
    if (tag == etag)
      return true;
  }
  return false;
}

/// Whether the fields of that name, together one list, hold the tag; nullopt if there is none of them.
std::optional<bool> find_tag(const request_head& from, std::string_view name, std::string_view etag, comparison how) {
  std::optional<bool> out;
  for (const auto& [field, value] : from.fields)
    if (same_token(field, name))
      out = out.value_or(false) || lists_tag(value, etag, how);
  return out;
}

std::optional<timestamp> find_date(const request_head& from, std::string_view name) {
  const auto field = from.find(name);
  return field ? read_http_date(trim(*field)) : std::nullopt;
}

timestamp whole_seconds(timestamp t) {
  return std::chrono::floor<std::chrono::seconds>(t);
}

} // namespace

precondition check_conditions(const request_head& from, const validators& current) {
  if (const auto match = find_tag(from, "If-Match", current.etag, comparison::strong)) {
    if (!*match)
      return precondition::failed;
  } else if (const auto since = find_date(from, "If-Unmodified-Since");
             since && current.modified && whole_seconds(*current.modified) > *since) {
    return precondition::failed;
  }
  const bool is_read = from.method == "GET" || from.method == "HEAD";
  if (const auto match = find_tag(from, "If-None-Match", current.etag, comparison::weak)) {
    if (*match)
      return is_read ? precondition::not_modified : precondition::failed;
  } else if (const auto since = find_date(from, "If-Modified-Since");
             is_read && since && current.modified && whole_seconds(*current.modified) <= *since) {
    return precondition::not_modified;
  }
  return precondition::holds;
}

refusal failed_precondition() {
  problem what(error_code::bad_request);
  what.status = 412;
  return {std::move(what)};
}

bool allows_range(const request_head& from, const validators& current, timestamp now) {
  const auto field = from.find("If-Range");
  if (!field)
    return true;
  const auto value = trim(*field);
  if (value.starts_with('"') || value.starts_with("W/"))
    return value == current.etag;
  const auto date = read_http_date(value);
  return date && current.modified && *date == whole_seconds(*current.modified) &&
         *date + std::chrono::seconds(1) <= now;
}

} // namespace parley::net
