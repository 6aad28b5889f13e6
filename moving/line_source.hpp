// A file of one JSON value a line.
#pragma once

#include "moving/source.hpp"

#include <filesystem>
#include <memory>

namespace parley::moving {

/// Lines as `parley export` writes them, `{"kind":"message","id":7,…}`; or as Socket.IO has events, `["message",{…}]`,
/// or as dumps name them, `{"event":"message","data":{…}}`. Names of members may be written in any of the ways of
/// fields.hpp. Throws std::runtime_error where the file cannot be read.
std::unique_ptr<source> open_lines(const std::filesystem::path& file);

} // namespace parley::moving
