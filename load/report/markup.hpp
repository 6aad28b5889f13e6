// Text inside of HTML and XML.
#pragma once

#include <string>
#include <string_view>

namespace parley::load {

/// For an attribute in double quotes, or a text. Control characters, which XML cannot hold, become question marks, but
/// for tabs and line ends.
std::string escaped(std::string_view text);

} // namespace parley::load
