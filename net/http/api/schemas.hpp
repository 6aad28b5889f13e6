// What both documents are put together from: schemas and the parameters of a route's path.
#pragma once

#include "protocol/json_writer.hpp"
#include "protocol/limits.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace parley::net::api {

/// Writes the member `schemas`: every schema of these folders of net/http/api/schemas, and `ErrorCode` with the codes
/// of the catalogue. A value `"limits.…"` in a schema stands for the number of that name in `bounds`.
void write_schemas(json_writer& out, std::initializer_list<std::string_view> folders, const text_limits& bounds);

/// `{"$ref":"#/components/schemas/NAME"}`
std::string schema_reference(std::string_view name);

struct path_template {
  std::string text; ///< each parameter as `{name}`
  struct parameter {
    std::string_view name;
    bool takes_slashes = false;
  };
  std::vector<parameter> parameters;
};

/// Reads a pattern of the route table. The views are into it.
path_template read_pattern(std::string_view pattern);

} // namespace parley::net::api
