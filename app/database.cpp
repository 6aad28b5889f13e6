#include "app/database.hpp"

#include "config/database_url.hpp"

#include <utility>

namespace parley::app {

storage::durability durability_of(const config::settings& s) {
  return s.storage.durability == config::durability_mode::full ? storage::durability::full
                                                               : storage::durability::normal;
}

std::unique_ptr<storage::database> open(const config::settings& s, storage::content_seal seal) {
  return storage::open_database(config::resolve_database_url(s), durability_of(s), std::move(seal));
}

} // namespace parley::app
