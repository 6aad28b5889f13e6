#include "app/existing_database.hpp"

#include "app/data_lock.hpp"
#include "app/database.hpp"
#include "app/terminal.hpp"
#include "config/database_url.hpp"
#include "protocol/time.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>

namespace parley::app {

namespace {

bool was_named(const config::loaded_settings& loaded, std::string_view key) {
  return loaded.origins.find(key)->second != config::origin::default_value;
}

/// Some file has that name, and no migration was ever applied to it: it is somebody else's, or empty.
bool is_no_database_of_ours(const config::settings& s, const std::filesystem::path& file) {
  std::error_code unreadable;
  return (std::filesystem::file_size(file, unreadable) == 0 && !unreadable) ||
         std::ranges::none_of(open(s)->migrations(), [](const auto& x) { return x.applied_at.has_value(); });
}

} // namespace

void bring_up(storage::database& what, const config::settings& s) {
  std::optional<data_lock> alone;
  if (std::ranges::any_of(what.migrations(), [](const auto& x) { return !x.applied_at; }))
    alone.emplace(s, data_lock::absent_folder::leave);
  what.migrate(system_now());
}

std::optional<std::string> find_no_database(const config::loaded_settings& loaded, where_missing how) {
  const auto file = config::database_path(loaded.values);
  std::error_code unreadable; // opening it says what is wrong
  if (!file || unreadable)
    return std::nullopt;
  if (std::filesystem::exists(*file, unreadable) || unreadable) {
    if (how == where_missing::refuse && !unreadable && is_no_database_of_ours(loaded.values, *file))
      return not_there(words::no_database, *file);
    return std::nullopt;
  }
  if (how == where_missing::make_if_named && (was_named(loaded, "data_dir") || was_named(loaded, "storage.url")))
    return std::nullopt;
  return not_there(words::no_database, *file);
}

} // namespace parley::app
