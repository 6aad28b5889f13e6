#include "storage/sqlite/copy.hpp"

#include "protocol/hex.hpp"
#include "storage/ports.hpp"

#include <cerrno>
#include <fcntl.h>
#include <memory>
#include <optional>
#include <sqlite3.h>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace parley::storage::sqlite {
namespace {

constexpr int copy_patience_ms = 10'000;
/// Between two reports of the progress.
constexpr int pages_a_step = 2048;

struct closer {
  void operator()(sqlite3* db) const { sqlite3_close(db); }
};
using handle = std::unique_ptr<sqlite3, closer>;

[[noreturn]] void fail(sqlite3* db, const std::string& what) {
  throw storage_error(what + ": " + sqlite3_errmsg(db));
}

handle open(const std::string& name, int flags) {
  sqlite3* raw = nullptr;
  const int outcome = sqlite3_open_v2(name.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  handle out(raw);
  if (outcome != SQLITE_OK)
    fail(out.get(), "cannot open " + name);
  sqlite3_busy_timeout(out.get(), copy_patience_ms);
  return out;
}

void execute(sqlite3* db, const char* text) {
  if (sqlite3_exec(db, text, nullptr, nullptr, nullptr) != SQLITE_OK)
    fail(db, text);
}

/// Calls `each` with the statement at every row of the answer.
template <class Each>
void ask(sqlite3* db, const std::string& text, Each&& each) {
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v2(db, text.c_str(), -1, &raw, nullptr) != SQLITE_OK)
    fail(db, text);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(raw, sqlite3_finalize);
  int outcome = sqlite3_step(raw);
  for (; outcome == SQLITE_ROW; outcome = sqlite3_step(raw))
    each(raw);
  if (outcome != SQLITE_DONE)
    fail(db, text);
}

std::string text_of(sqlite3_stmt* row, int column) {
  const auto* bytes = sqlite3_column_text(row, column);
  return bytes ? std::string(reinterpret_cast<const char*>(bytes)) : std::string();
}

std::vector<std::string> list(sqlite3* db, const std::string& text) {
  std::vector<std::string> out;
  ask(db, text, [&](sqlite3_stmt* row) { out.push_back(text_of(row, 0)); });
  return out;
}

std::int64_t number(sqlite3* db, const std::string& text) {
  std::int64_t out = 0;
  ask(db, text, [&](sqlite3_stmt* row) { out = sqlite3_column_int64(row, 0); });
  return out;
}

bool has_table(sqlite3* db, const std::string& name) {
  return number(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = '" + name + "'") != 0;
}

int schema_of(sqlite3* db) {
  if (!has_table(db, "schema_migrations"))
    return 0;
  return static_cast<int>(number(db, "SELECT coalesce(max(version), 0) FROM schema_migrations"));
}

/// SQLite syncs what it writes a transaction at a time; a copy is synced once, when it is whole.
void sync(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  const int outcome = descriptor < 0 ? -1 : ::fsync(descriptor);
  const int error = errno;
  if (descriptor >= 0)
    ::close(descriptor);
  if (outcome != 0)
    throw storage_error("cannot bring " + file.string() + " to the disk: " + std::generic_category().message(error));
}

/// As a URI, by which SQLite is told that nobody writes: then it needs no log beside the file.
std::string unchanging(const std::filesystem::path& file) {
  std::string out = "file:";
  for (const char c : std::filesystem::absolute(file).string()) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '/')
      out += c;
    else
      append_percent(out, c);
  }
  return out + "?immutable=1";
}

sqlite3* own(void* db) {
  return static_cast<sqlite3*>(db);
}

} // namespace

frozen_database::frozen_database(const std::filesystem::path& file) : db_(nullptr) {
  // Not for reading: what SQLite puts beside the file, a connection that may not write leaves there when it closes.
  auto db = open(file.string(), SQLITE_OPEN_READWRITE);
  execute(db.get(), "BEGIN");
  number(db.get(), "SELECT count(*) FROM sqlite_schema"); // the state is that of the first read
  db_ = db.release();
}

frozen_database::~frozen_database() {
  sqlite3_exec(own(db_), "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(own(db_));
}

int frozen_database::schema() {
  return schema_of(own(db_));
}

named_files frozen_database::files() {
  constexpr std::string_view pictures = "/avatars/";
  named_files out;
  for (auto& url : list(own(db_), "SELECT avatar_url FROM users WHERE avatar_url IS NOT NULL ORDER BY id"))
    if (url.starts_with(pictures))
      out.pictures.push_back(url.substr(pictures.size()));
  out.videos = list(own(db_), "SELECT DISTINCT file FROM videos WHERE file <> '' ORDER BY file");
  std::string unfinished = "SELECT id FROM uploads WHERE id NOT IN (SELECT file FROM videos)";
  if (has_table(own(db_), "files")) { // a backup may come before the migration that makes it
    unfinished += " AND id NOT IN (SELECT file FROM files)";
    out.files = list(own(db_), "SELECT file FROM files ORDER BY file");
    out.previews = list(own(db_), "SELECT file FROM files WHERE width IS NOT NULL ORDER BY file");
  }
  out.uploads = list(own(db_), unfinished + " ORDER BY id");
  return out;
}

void frozen_database::copy_to(const std::filesystem::path& to, const std::function<void(int done, int all)>& seen) {
  {
    const auto target = open(to.string(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
    execute(target.get(), "PRAGMA journal_mode = OFF");
    execute(target.get(), "PRAGMA synchronous = OFF");
    auto* backup = sqlite3_backup_init(target.get(), "main", own(db_), "main");
    if (!backup)
      fail(target.get(), "cannot write " + to.string());
    int outcome = SQLITE_OK;
    while (outcome == SQLITE_OK) {
      outcome = sqlite3_backup_step(backup, pages_a_step);
      const int all = sqlite3_backup_pagecount(backup);
      seen(all - sqlite3_backup_remaining(backup), all);
    }
    const int end = sqlite3_backup_finish(backup);
    if (outcome != SQLITE_DONE || end != SQLITE_OK)
      fail(target.get(), "cannot copy the database to " + to.string());
  }
  sync(to);
}

contents inspect(const std::filesystem::path& copy) {
  const auto db = open(unchanging(copy), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
  std::optional<std::string> damage;
  ask(db.get(), "PRAGMA integrity_check(1)", [&](sqlite3_stmt* row) {
    if (auto found = text_of(row, 0); found != "ok")
      damage = std::move(found);
  });
  ask(db.get(), "PRAGMA foreign_key_check", [&](sqlite3_stmt* row) {
    damage = "a row of " + text_of(row, 0) + " names one of " + text_of(row, 2) + " that is not there";
  });
  if (damage)
    throw storage_error(copy.string() + " is damaged: " + *damage);
  contents out{schema_of(db.get()), {}};
  for (const auto& table :
       list(db.get(), "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"))
    out.rows[table] = number(db.get(), "SELECT count(*) FROM \"" + table + '"');
  return out;
}

} // namespace parley::storage::sqlite
