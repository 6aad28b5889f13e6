// The file of access tokens that `parley fixtures` writes, one a line.
#pragma once

#include <tl/expected.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace parley::load {

/// The first `count` lines of `file`. The error is one line for people: no such file, too few lines, or a line that
/// cannot be a token (empty, or with a character that a URL's query does not take as it is).
tl::expected<std::vector<std::string>, std::string> read_tokens(const std::string& file, std::size_t count);

} // namespace parley::load
