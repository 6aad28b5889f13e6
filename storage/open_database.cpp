// Chooses the back end by the scheme of the URL.
#include "storage/foreign.hpp"
#include "storage/intake.hpp"
#include "storage/ports.hpp"
#include "storage/ports/nodes.hpp"
#include "storage/sql/database.hpp"
#include "storage/sql/intake.hpp"
#include "storage/sqlite/dialect.hpp"
#include "storage/sqlite/foreign.hpp"
#ifdef PARLEY_POSTGRESQL
#include "storage/postgres/dialect.hpp"
#include "storage/postgres/foreign.hpp"
#endif

namespace parley::storage {
namespace {

constexpr std::string_view allowed = "; allowed are sqlite:///relative/path, sqlite:////absolute/path and "
                                     "postgresql://user@host/database";
[[maybe_unused]] constexpr std::string_view unbuilt =
  "postgresql is not built into this program: it was built without libpq";

/// Throws where it is none that a URL of ours can name.
void check_path(std::string_view path) {
  // A quote would end the path in SOCI's connection string, and `?` or `#` begin what no option is known for.
  if (path.empty() || path.ends_with('/') || path.find_first_of(std::string_view("\"?#\0", 4)) != path.npos)
    throw storage_error("the path of an sqlite URL must name a file, without any of \" ? #" + std::string(allowed));
}

std::shared_ptr<const sql::dialect> sqlite_at(std::string_view path, durability how) {
  check_path(path);
  return std::make_shared<sqlite::sqlite_dialect>(std::string(path), how);
}

std::shared_ptr<const sql::dialect> postgres_at([[maybe_unused]] std::string_view url,
                                                [[maybe_unused]] durability how) {
#ifdef PARLEY_POSTGRESQL
  return std::make_shared<postgres::postgres_dialect>(url, how);
#else
  throw storage_error(std::string(unbuilt));
#endif
}

std::unique_ptr<foreign_database> foreign_postgres([[maybe_unused]] std::string_view url) {
#ifdef PARLEY_POSTGRESQL
  return postgres::open_foreign(url);
#else
  throw storage_error(std::string(unbuilt));
#endif
}

constexpr std::string_view sqlite_scheme = "sqlite:///";

bool is_postgres(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

/// No text shows more of a URL than its scheme: it may hold a password.
std::shared_ptr<const sql::dialect> dialect_of(std::string_view url, durability how) {
  if (url.starts_with(sqlite_scheme))
    return sqlite_at(url.substr(sqlite_scheme.size()), how);
  if (is_postgres(url))
    return postgres_at(url, how);
  throw storage_error("not a database URL that this program takes" + std::string(allowed));
}

} // namespace

std::unique_ptr<database> open_database(std::string_view url, durability how, content_seal seal) {
  return std::make_unique<sql::sql_database>(dialect_of(url, how), std::move(seal));
}

#ifdef PARLEY_POSTGRESQL

namespace {

const postgres::postgres_dialect& postgres_of(database& what) {
  const auto* known = dynamic_cast<const sql::sql_database*>(&what);
  const auto* kind = known == nullptr ? nullptr : dynamic_cast<const postgres::postgres_dialect*>(&known->kind());
  if (kind == nullptr)
    throw storage_error("several nodes need a PostgreSQL");
  known->require_existence();
  return *kind;
}

} // namespace

std::unique_ptr<lease> join_nodes(database& what, const node_wish& wish, std::function<void()> lost) {
  return postgres_of(what).join_nodes(wish, std::move(lost));
}

std::unique_ptr<node_table> open_node_table(database& what) {
  return postgres_of(what).open_node_table();
}

#else

std::unique_ptr<lease> join_nodes(database&, const node_wish&, std::function<void()>) {
  throw storage_error("several nodes need a PostgreSQL, which is not built into this program");
}

std::unique_ptr<node_table> open_node_table(database&) {
  throw storage_error("several nodes need a PostgreSQL, which is not built into this program");
}

#endif

std::unique_ptr<intake> open_intake(std::string_view url, durability how) {
  return std::make_unique<sql::sql_intake>(dialect_of(url, how));
}

std::unique_ptr<foreign_database> open_foreign(std::string_view url, file_owner whose) {
  if (url.starts_with(sqlite_scheme)) {
    const auto path = url.substr(sqlite_scheme.size());
    check_path(path);
    return sqlite::open_foreign(std::string(path), whose);
  }
  if (is_postgres(url))
    return foreign_postgres(url);
  throw storage_error("not a database URL that this program takes" + std::string(allowed));
}

} // namespace parley::storage
