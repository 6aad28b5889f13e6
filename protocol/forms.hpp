// Bodies of the token routes, in each form that they may have.
#pragma once

#include "protocol/http_codec.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley {

/// The fields of a form, whatever its encoding, in order, repeated names kept; no value where it is not UTF-8 or holds
/// U+0000.
using form_fields = std::vector<std::pair<std::string, std::optional<std::string>>>;

/// Reads `application/x-www-form-urlencoded`; a field whose name is not text is left out.
form_fields decode_form(std::string_view urlencoded);

/// As `decode_login`. Of fields with one name the last counts.
decoded<login_form> decode_login_form(const form_fields& form);
decoded<login_form> decode_login_json(std::string_view json);

/// As `decode_refresh`; other fields than `refresh_token` are ignored (RFC 6749 §6).
decoded<refresh_request> decode_refresh_form(const form_fields& form);

} // namespace parley
