// The page without a run: load/report/page.html with its style and its scripts in place.
#pragma once

#include <string_view>

namespace parley::load {

/// Static. Has the holes `{{title}}`, `{{content}}` and `{{data}}`, once each and in this order. Defined in a source
/// file that the build makes.
std::string_view page_template();

} // namespace parley::load
