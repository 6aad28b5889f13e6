#include "app/database.hpp"

#include "config/database_url.hpp"

#include <utility>

namespace parley::app {

std::unique_ptr<storage::database> open(const config::settings& s, storage::content_seal seal) {
  auto how =
    s.storage.durability == config::durability_mode::full ? storage::durability::full : storage::durability::normal;
  return storage::open_database(config::resolve_database_url(s), how, std::move(seal));
}

} // namespace parley::app
