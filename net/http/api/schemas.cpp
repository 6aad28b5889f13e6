#include "net/http/api/schemas.hpp"

#include "net/http/embedded.hpp"
#include "protocol/error_code.hpp"

#include <algorithm>
#include <cassert>
#include <string>
#include <utility>

namespace parley::net::api {

namespace {

/// The members of the object that a file holds, without its braces.
std::string_view members_of(std::string_view object) {
  const auto first = object.find('{');
  const auto last = object.rfind('}');
  assert(first != std::string_view::npos && last > first);
  return object.substr(first + 1, last - first - 1);
}

/// Puts numbers in the place of the names of limits.
void fill_in(std::string& schemas, const text_limits& bounds) {
  const std::pair<std::string_view, std::size_t> known[]{{"limits.content_characters", bounds.content_characters},
                                                         {"limits.username_min", bounds.username_min},
                                                         {"limits.username_max", bounds.username_max},
                                                         {"limits.password_min_bytes", bounds.password_min_bytes},
                                                         {"limits.password_max_bytes", bounds.password_max_bytes},
                                                         {"limits.room_name_characters", bounds.room_name_characters},
                                                         {"limits.path_id_bytes", bounds.path_id_bytes}};
  constexpr std::string_view opening = "\"limits.";
  for (auto at = schemas.find(opening); at != std::string::npos; at = schemas.find(opening, at + 1)) {
    const auto quoted = std::string_view(schemas).substr(at, schemas.find('"', at + 1) + 1 - at);
    const auto* const found =
      std::ranges::find(known, quoted.substr(1, quoted.size() - 2), &std::pair<std::string_view, std::size_t>::first);
    assert(found != std::end(known));
    schemas.replace(at, quoted.size(), std::to_string(found->second));
  }
}

} // namespace

void write_schemas(json_writer& out, std::initializer_list<std::string_view> folders, const text_limits& bounds) {
  json_writer codes(2048);
  codes.begin_object();
  codes.text("type", "string");
  codes.begin_array("enum");
  for (const auto code : all_error_codes())
    codes.text(name(code));
  codes.end_array();
  codes.end_object();
  std::string all = R"({"ErrorCode":)" + codes.take();
  for (const auto& file : schema_files())
    if (std::ranges::find(folders, file.path.substr(0, file.path.find('/'))) != folders.end())
      all.append(",").append(members_of(file.content));
  fill_in(all, bounds);
  out.raw("schemas", all.append("}"));
}

std::string schema_reference(std::string_view name) {
  return std::string(R"({"$ref":"#/components/schemas/)").append(name).append("\"}");
}

path_template read_pattern(std::string_view pattern) {
  path_template out;
  while (true) {
    const auto open = pattern.find('{');
    out.text += pattern.substr(0, open);
    if (open == std::string_view::npos)
      return out;
    const auto close = pattern.find('}', open);
    assert(close != std::string_view::npos);
    auto name = pattern.substr(open + 1, close - open - 1);
    const bool takes_slashes = name.ends_with("...");
    name = name.substr(0, name.find('.'));
    out.parameters.push_back({name, takes_slashes});
    out.text.append("{").append(name).append("}");
    pattern.remove_prefix(close + 1);
  }
}

} // namespace parley::net::api
