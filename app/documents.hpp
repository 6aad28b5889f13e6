// What /openapi.json and /asyncapi.json say, and the catalogue of errors, without a server.
#pragma once

#include <cstdint>
#include <string>

namespace parley::app {

enum class document : std::uint8_t { openapi, asyncapi, codes };

/// JSON text. `codes` has `errors`, each with `code`, `status` and `text` by language, and `close_codes`, each a number
/// and its name.
std::string make_document(document which);

} // namespace parley::app
