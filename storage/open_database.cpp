// Chooses the back end by the scheme of the URL.
#include "storage/ports.hpp"
#include "storage/sql/database.hpp"
#include "storage/sqlite/dialect.hpp"

namespace parley::storage {
namespace {

constexpr std::string_view allowed = "; allowed are sqlite:///relative/path and sqlite:////absolute/path";

/// A URL of PostgreSQL holds a password: the text shows no more of `url` than the scheme.
[[noreturn]] void refuse(std::string_view url) {
  const auto scheme = url.substr(0, url.find(':'));
  if (scheme == "postgresql" || scheme == "postgres")
    throw storage_error("postgresql is not built into this version" + std::string(allowed));
  throw storage_error("not a database URL that this program takes" + std::string(allowed));
}

} // namespace

std::unique_ptr<database> open_database(std::string_view url, durability how, content_seal seal) {
  constexpr std::string_view prefix = "sqlite:///";
  if (!url.starts_with(prefix))
    refuse(url);
  const auto path = url.substr(prefix.size());
  // A quote would end the path in SOCI's connection string, and `?` or `#` begin what no option is known for.
  if (path.empty() || path.ends_with('/') || path.find_first_of(std::string_view("\"?#\0", 4)) != path.npos)
    throw storage_error("the path of an sqlite URL must name a file, without any of \" ? #" + std::string(allowed));
  return std::make_unique<sql::sql_database>(std::make_shared<sqlite::sqlite_dialect>(std::string(path), how),
                                             std::move(seal));
}

} // namespace parley::storage
