// Bookkeeping in schema_migrations, and the placeholders that a dialect fills in.
#include "storage/sql/migrations.hpp"

#include "storage/sql/query.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace parley::storage::sql {
namespace {

struct applied_row {
  integer version = 0;
  std::string name;
  std::string checksum;
  integer applied_at = 0;
  integer breaks = 0; ///< set by `read_book`

  template <class Visit>
  void columns(Visit&& visit) {
    visit(version);
    visit(name);
    visit(checksum);
    visit(applied_at);
  }
};

struct breaking_row {
  integer version = 0;
  integer breaks = 0;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(version);
    visit(breaks);
  }
};

/// From this migration on the book has the column `breaks`.
constexpr integer first_to_say = 16;

void create_book(connection& link) {
  link.run_script("CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL, "
                  "checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)");
}

std::vector<applied_row> read_book(connection& link) {
  std::vector<applied_row> out;
  query<applied_row> rows(link, "SELECT version, name, checksum, applied_at FROM schema_migrations ORDER BY version",
                          {});
  rows.each([&](applied_row& row) {
    row.breaks = std::numeric_limits<int>::max();
    out.push_back(std::move(row));
  });
  if (std::ranges::find(out, first_to_say, &applied_row::version) == out.end())
    return out;
  query<breaking_row> said(link, "SELECT version, breaks FROM schema_migrations WHERE breaks IS NOT NULL", {});
  said.each(
    [&](const breaking_row& row) { std::ranges::find(out, row.version, &applied_row::version)->breaks = row.breaks; });
  return out;
}

bool has_book(connection& link) {
  std::vector<std::string> names(256);
  translated("list of tables", [&] { link.session().get_table_names(), soci::into(names); });
  return std::find(names.begin(), names.end(), "schema_migrations") != names.end();
}

const migration* find_migration(const std::vector<migration>& all, integer version) {
  const auto found = std::ranges::find(all, version, &migration::version);
  return found == all.end() ? nullptr : &*found;
}

std::string filled_in(std::string_view text, std::string_view identity, timestamp now) {
  const std::pair<std::string_view, std::string> values[] = {{"{{identity}}", std::string(identity)},
                                                             {"{{now}}", std::to_string(to_integer(now))}};
  std::string out(text);
  for (const auto& [placeholder, value] : values)
    for (auto at = out.find(placeholder); at != std::string::npos; at = out.find(placeholder, at + value.size()))
      out.replace(at, placeholder.size(), value);
  return out;
}

void check(const std::vector<migration>& all, const applied_row& row) {
  const migration* known = find_migration(all, row.version);
  const std::string label = "migration " + std::to_string(row.version) + " (" + row.name + ")";
  if (!known && row.breaks <= newest_migration())
    return; // a newer program's, with which this one can go on
  if (!known)
    throw storage_error("the database is newer than this program: it has " + label);
  if (known->checksum != row.checksum)
    throw storage_error(label + " was applied with another text: its checksum differs");
}

} // namespace

int newest_migration() {
  return std::ranges::max(embedded_migrations(), {}, &migration::version).version;
}

std::vector<migration> migrations_of(std::string_view dialect) {
  std::vector<migration> out;
  for (const migration& x : embedded_migrations()) {
    const auto same = std::ranges::find(out, x.version, &migration::version);
    if (!x.dialect.empty() && x.dialect != dialect)
      continue;
    if (same == out.end())
      out.push_back(x);
    else if (!x.dialect.empty())
      *same = x;
  }
  std::ranges::sort(out, {}, &migration::version);
  return out;
}

void apply_migrations(connection& link, const dialect& kind, timestamp now) {
  link.begin_migration();
  try {
    create_book(link);
    const auto applied = read_book(link);
    const auto all = migrations_of(kind.name());
    for (const applied_row& row : applied)
      check(all, row);
    change<integer, std::string, std::string, integer> note(
      link,
      "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES (:version, :name, :checksum, :at)",
      {"version", "name", "checksum", "at"});
    std::vector<migration> missing;
    std::ranges::copy_if(all, std::back_inserter(missing), [&](const migration& known) {
      return std::ranges::find(applied, known.version, &applied_row::version) == applied.end();
    });
    if (!missing.empty())
      link.require_no_server_before(std::ranges::max(missing, {}, &migration::breaks).breaks);
    for (const migration& known : missing) {
      link.run_script(filled_in(known.text, kind.identity_column(), now));
      note.run(known.version, known.name, known.checksum, now);
    }
    change<integer, integer> say(link, "UPDATE schema_migrations SET breaks = :breaks WHERE version = :version",
                                 {"breaks", "version"});
    for (const migration& known : missing)
      say.run(known.breaks, known.version);
    link.commit();
  } catch (...) {
    link.rollback();
    throw;
  }
}

std::vector<migration_status> unapplied_migrations(const dialect& kind) {
  std::vector<migration_status> out;
  for (const migration& known : migrations_of(kind.name()))
    out.push_back({known.version, std::string(known.name), std::string(known.checksum), std::nullopt});
  return out;
}

std::vector<migration_status> read_migrations(connection& link, const dialect& kind) {
  auto out = unapplied_migrations(kind);
  const snapshot now(link);
  if (!has_book(link))
    return out;
  for (applied_row& row : read_book(link)) {
    const auto known = std::ranges::find(out, row.version, &migration_status::version);
    if (known != out.end())
      known->applied_at = to_time(row.applied_at);
    else
      out.push_back(
        {static_cast<int>(row.version), std::move(row.name), std::move(row.checksum), to_time(row.applied_at)});
  }
  return out;
}

} // namespace parley::storage::sql
