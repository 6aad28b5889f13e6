// Lists with weights, by which a client says what it would rather have (RFC 9110 §12.4.2, §12.5).
#pragma once

#include <optional>
#include <string_view>

namespace parley {

/// Takes what stands before the next `mark` off the front of `rest`, without the spaces around it.
std::string_view take_until(std::string_view& rest, char mark);

/// The weight that an element's parameters (`;`-separated, as in `q=0.8`) give it, in thousandths: 1000 if they give
/// none, nullopt if it is not written as the standard says.
std::optional<int> weight_of(std::string_view parameters);

/// The weight of a media type (lower case, without parameters) in an `Accept` field, in thousandths: the highest of the
/// elements that name it, whatever their other parameters; nullopt if none does. Ranges such as `*/*` name no type.
std::optional<int> weight_of_type(std::string_view accept, std::string_view type);

} // namespace parley
