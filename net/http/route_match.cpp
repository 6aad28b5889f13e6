// How a request's path finds its row.
#include "net/http/routes.hpp"

#include <optional>
#include <utility>

namespace parley::net {

namespace {

/// Takes the first segment and its slash off an absolute path; nullopt at the end or before a trailing slash.
std::optional<std::string_view> next_segment(std::string_view& path) {
  if (path.size() < 2 || path.front() != '/')
    return std::nullopt;
  path.remove_prefix(1);
  const auto segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

bool is_parameter(std::string_view segment) {
  return segment.starts_with('{');
}

/// `{name...}`, the last segment of its pattern.
bool takes_the_rest(std::string_view segment) {
  return segment.ends_with("...}");
}

/// Without the braces and dots.
std::string_view parameter_name(std::string_view segment) {
  segment.remove_prefix(1);
  return segment.substr(0, segment.find_first_of(".}"));
}

bool fits(std::string_view pattern, std::string_view path) {
  while (true) {
    const auto wanted = next_segment(pattern);
    if (wanted && takes_the_rest(*wanted))
      return path.size() > 1 && path.front() == '/';
    const auto given = next_segment(path);
    if (!wanted || !given)
      return !wanted && !given;
    if (given->empty() || (!is_parameter(*wanted) && decode_path_segment(*given) != *wanted))
      return false;
  }
}

void fill_parameters(route_match& out, std::string_view pattern, std::string_view path, std::size_t bytes_max) {
  while (const auto wanted = next_segment(pattern)) {
    const auto given = takes_the_rest(*wanted) ? path.substr(1) : *next_segment(path);
    if (!is_parameter(*wanted))
      continue;
    const auto name = parameter_name(*wanted);
    auto value = decode_path_segment(given);
    if (!value)
      out.faults.push_back({std::string(name), fault::bad_characters});
    else if (value->size() > bytes_max)
      out.faults.push_back({std::string(name), fault::too_long});
    else
      out.parameters.push_back({name, std::move(*value)});
  }
}

void add_method(std::string& allow, std::string_view method) {
  if (method == "OPTIONS") // every path has it
    return;
  if (!allow.empty())
    allow += ", ";
  allow += method;
  if (method == "GET")
    allow += ", HEAD";
}

} // namespace

route_match match_route(std::span<const route> table, std::string_view method, std::string_view path,
                        std::size_t id_bytes_max) {
  route_match out;
  const route* first = nullptr;
  for (const auto& row : table) {
    // The first pattern that fits is the path's; other rows with it are its other methods.
    if (first == nullptr ? !fits(row.pattern, path) : row.pattern != first->pattern)
      continue;
    if (first == nullptr)
      first = &row;
    const bool stands_in = method == "HEAD" && row.method == "GET" && row.kind == route_kind::http;
    if (row.method == method || (stands_in && out.row == nullptr))
      out.row = &row;
    if (row.kind == route_kind::websocket)
      out.allow = "GET";
    else
      add_method(out.allow, row.method);
  }
  if (first == nullptr)
    return out;
  out.allow += ", OPTIONS";
  if (out.row != nullptr)
    fill_parameters(out, out.row->pattern, path, id_bytes_max);
  return out;
}

} // namespace parley::net
