// All that a chat is, as lines of JSON that `line_source.hpp` reads.
#pragma once

#include "moving/fields.hpp"
#include "storage/foreign.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <ostream>

namespace parley::moving {

/// Writes users with their hashes and pictures, rooms, members with how far they have read, bans, messages and
/// invitations of a database of ours; `files` is where avatars have their folder. Not written: films, files of
/// messages, blocks, tasks, logins; those go by a backup. The rows of each kind. `tell` is called often. Throws
/// storage::storage_error.
std::array<std::int64_t, all_kinds.size()> export_lines(storage::foreign_database& from,
                                                        const std::filesystem::path& files, std::ostream& to,
                                                        const std::function<void(kind, std::int64_t)>& tell);

} // namespace parley::moving
