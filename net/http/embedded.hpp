// The files that the build put into the program.
#pragma once

#include <span>
#include <string_view>

namespace parley::net {

/// All views are static.
struct embedded_file {
  std::string_view path; ///< below its root, with `/`
  std::string_view content;
};

/// What is served under `/static/`; the page at the door and the reader of the API among it. A large file has a second
/// entry, packed by gzip, whose path ends in `.gz`. Defined in a source file that the build makes.
std::span<const embedded_file> web_files();

/// The schemas of net/http/api/schemas. Defined in a source file that the build makes.
std::span<const embedded_file> schema_files();

} // namespace parley::net
