#include "net/http/api/schemas.hpp"

#include "net/http/embedded.hpp"
#include "protocol/error_code.hpp"

#include <algorithm>
#include <cassert>

namespace parley::net::api {

namespace {

/// The members of the object that a file holds, without its braces.
std::string_view members_of(std::string_view object) {
  const auto first = object.find('{');
  const auto last = object.rfind('}');
  assert(first != std::string_view::npos && last > first);
  return object.substr(first + 1, last - first - 1);
}

} // namespace

void write_schemas(json_writer& out, std::initializer_list<std::string_view> folders) {
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
