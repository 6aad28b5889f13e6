// Which database URLs there are, where a SQLite file lies, and how a URL is shown.
#pragma once

#include "config/settings.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace parley::config {

inline constexpr std::string_view database_url_forms =
  "sqlite:///FILE (relative to data_dir), sqlite:////FILE (absolute), postgresql://…";

/// True for the forms above. `:memory:` is none of them: each connection would have a database of its own.
bool is_database_url(std::string_view url);

/// `storage.url` with a relative SQLite file put under `data_dir`: `sqlite:///parley.db` becomes
/// `sqlite:///./data/parley.db`, relative to the working directory where `data_dir` is. Others stay as they are.
std::string resolve_database_url(const settings& s);

/// The path of a SQLite database, as `resolve_database_url` names it; nullopt for one that is no file.
std::optional<std::filesystem::path> database_path(const settings& s);

/// `url` without the password that it may hold, before the host or in the query.
std::string mask_password(std::string_view url);

} // namespace parley::config
