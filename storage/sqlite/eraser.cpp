#include "storage/sqlite/eraser.hpp"

#include "storage/ports.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <sqlite3.h>
#include <string>
#include <utility>
#include <vector>

namespace parley::storage::sqlite {
namespace {

// The write-ahead log, as https://sqlite.org/fileformat2.html section 4 has it.
constexpr sqlite3_int64 log_header_bytes = 32;
constexpr int frame_header_bytes = 24;

constexpr int busy_timeout_ms = 2000; // as in dialect.cpp

std::uint32_t big_endian(const unsigned char* at, int bytes) {
  std::uint32_t out = 0;
  for (int i = 0; i < bytes; ++i)
    out = out << 8 | at[i];
  return out;
}

[[noreturn]] void fail(sqlite3* db, const char* what) {
  throw storage_error(std::string(what) + ": " + sqlite3_errmsg(db));
}

void run(sqlite3* db, const char* text) {
  if (sqlite3_exec(db, text, nullptr, nullptr, nullptr) != SQLITE_OK)
    fail(db, text);
}

/// Where a page's gap begins and ends; empty where it is no page of a B-tree, or one that does not look right.
struct gap {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// File format, section 1.6. An overflow or free-list page begins with the number of another page instead, whose first
/// byte is below 2 in a file of fewer than 2^25 pages (128 GiB).
gap find_gap(const unsigned char* page, std::size_t number, std::uint32_t page_bytes) {
  const std::uint32_t header = number == 0 ? 100 : 0;
  const unsigned kind = page[header];
  const bool is_leaf = kind == 10 || kind == 13;
  if (!is_leaf && kind != 2 && kind != 5)
    return {};
  const auto cells = big_endian(page + header + 3, 2);
  const auto content = big_endian(page + header + 5, 2);
  const gap out{header + (is_leaf ? 8 : 12) + 2 * cells, content == 0 ? 65'536 : content};
  return out.begin <= out.end && out.end <= page_bytes ? out : gap{};
}

constexpr std::uint32_t pages_max = 1U << 25U;

class sqlite_eraser final : public sql::eraser {
public:
  sqlite_eraser(sqlite3* db, int checkpoint_pages, bool all);
  ~sqlite_eraser() override;

  sqlite_eraser(const sqlite_eraser&) = delete;
  sqlite_eraser& operator=(const sqlite_eraser&) = delete;

  erasure erase(std::chrono::milliseconds patience) override;
  bool gather(std::chrono::milliseconds patience) override;

private:
  static int on_commit(void* self, sqlite3* db, const char* schema, int pages_in_log);

  /// Notes the pages that stand in the log.
  void note_pages();
  void note_page(std::uint32_t number);
  bool truncate_log(std::chrono::milliseconds patience);
  bool is_log_empty();
  erasure sweep();
  void sweep_some(sqlite3_file& file, std::uint32_t page_bytes);
  /// The database file's, or the log's: SQLite's own, for POSIX takes a process's locks on a file away with any handle.
  sqlite3_file* file_of(int which);

  sqlite3* db_;
  int checkpoint_pages_;
  std::vector<bool> written_; ///< by number of the page, from 0
  bool all_;                  ///< written_ does not know
  std::size_t next_ = 0;      ///< page of `written_` that `sweep` looks at next
  bool found_ = false;        ///< this sweep found something: pages in the connection's memory hold it as well
};

sqlite_eraser::sqlite_eraser(sqlite3* db, int checkpoint_pages, bool all)
  : db_(db), checkpoint_pages_(checkpoint_pages), all_(all) {
  sqlite3_wal_hook(db_, &on_commit, this);
}

sqlite_eraser::~sqlite_eraser() {
  sqlite3_wal_hook(db_, nullptr, nullptr);
}

int sqlite_eraser::on_commit(void* self, sqlite3* db, const char* schema, int pages_in_log) {
  auto& it = *static_cast<sqlite_eraser*>(self);
  if (pages_in_log >= it.checkpoint_pages_) {
    it.note_pages(); // the next transaction may begin the log anew
    sqlite3_wal_checkpoint_v2(db, schema, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  }
  return SQLITE_OK; // the transaction is committed, whatever became of the checkpoint
}

sqlite3_file* sqlite_eraser::file_of(int which) {
  sqlite3_file* out = nullptr;
  if (sqlite3_file_control(db_, "main", which, static_cast<void*>(&out)) != SQLITE_OK)
    return nullptr;
  return out != nullptr && out->pMethods != nullptr ? out : nullptr;
}

void sqlite_eraser::note_page(std::uint32_t number) {
  if (number == 0 || number > pages_max)
    return;
  if (written_.size() < number)
    written_.resize(number);
  written_[number - 1] = true;
}

void sqlite_eraser::note_pages() {
  auto* log = file_of(SQLITE_FCNTL_JOURNAL_POINTER);
  if (log == nullptr)
    return; // nothing was written yet
  sqlite3_int64 size = 0;
  std::array<unsigned char, 4> word{};
  bool good = log->pMethods->xFileSize(log, &size) == SQLITE_OK;
  if (good && size < log_header_bytes)
    return;
  good = good && log->pMethods->xRead(log, word.data(), 4, 8) == SQLITE_OK;
  const sqlite3_int64 frame = frame_header_bytes + static_cast<sqlite3_int64>(big_endian(word.data(), 4));
  // Frames of an earlier round of the log may stand behind those of this one: they name pages too many, and none too
  // few.
  for (auto at = log_header_bytes; good && at + frame <= size; at += frame) {
    good = log->pMethods->xRead(log, word.data(), 4, at) == SQLITE_OK;
    if (good)
      note_page(big_endian(word.data(), 4));
  }
  all_ = all_ || !good;
}

bool sqlite_eraser::truncate_log(std::chrono::milliseconds patience) {
  sqlite3_busy_timeout(db_, static_cast<int>(patience.count()));
  const int outcome = sqlite3_wal_checkpoint_v2(db_, "main", SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  sqlite3_busy_timeout(db_, busy_timeout_ms);
  if (outcome != SQLITE_OK && outcome != SQLITE_BUSY && outcome != SQLITE_LOCKED)
    fail(db_, "checkpoint");
  return outcome == SQLITE_OK;
}

bool sqlite_eraser::gather(std::chrono::milliseconds patience) {
  note_pages(); // a log that is cut off tells no more which pages it held
  return truncate_log(patience);
}

bool sqlite_eraser::is_log_empty() {
  auto* log = file_of(SQLITE_FCNTL_JOURNAL_POINTER);
  sqlite3_int64 size = 0;
  return log == nullptr || (log->pMethods->xFileSize(log, &size) == SQLITE_OK && size == 0);
}

erasure sqlite_eraser::erase(std::chrono::milliseconds patience) {
  note_pages();
  if (!truncate_log(patience))
    return erasure::hindered;
  run(db_, "BEGIN IMMEDIATE"); // nobody writes while the gaps are overwritten
  auto out = erasure::hindered;
  try {
    if (is_log_empty()) // all that is stored stands in the file, and stays there
      out = sweep();
  } catch (...) {
    sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
    throw;
  }
  run(db_, "ROLLBACK");
  if (out == erasure::done && std::exchange(found_, false))
    sqlite3_db_release_memory(db_); // or the next change of such a page would write it again
  return out;
}

erasure sqlite_eraser::sweep() {
  auto* file = file_of(SQLITE_FCNTL_FILE_POINTER);
  sqlite3_int64 size = 0;
  std::array<unsigned char, 2> word{};
  if (file == nullptr || file->pMethods->xFileSize(file, &size) != SQLITE_OK ||
      file->pMethods->xRead(file, word.data(), 2, 16) != SQLITE_OK)
    throw storage_error("the database file cannot be read");
  const auto raw = big_endian(word.data(), 2);
  const std::uint32_t page_bytes = raw == 1 ? 65'536 : raw;
  const auto pages = size / page_bytes;
  if (pages >= pages_max)
    return erasure::done; // kinds of pages cannot be told apart there
  if (std::exchange(all_, false)) {
    written_.assign(static_cast<std::size_t>(pages), true);
    next_ = 0;
  }
  written_.resize(static_cast<std::size_t>(pages));
  sweep_some(*file, page_bytes);
  if (next_ < written_.size())
    return erasure::unfinished;
  next_ = 0;
  return erasure::done;
}

void sqlite_eraser::sweep_some(sqlite3_file& file, std::uint32_t page_bytes) {
  std::vector<unsigned char> page(page_bytes);
  bool changed = false;
  for (std::size_t looked = 0; next_ < written_.size() && looked < pages_at_once; ++next_) {
    if (!written_[next_])
      continue;
    ++looked;
    const auto at = static_cast<sqlite3_int64>(next_) * page_bytes;
    if (file.pMethods->xRead(&file, page.data(), static_cast<int>(page_bytes), at) != SQLITE_OK)
      throw storage_error("a page of the database file cannot be read");
    written_[next_] = false;
    const auto where = find_gap(page.data(), next_, page_bytes);
    const auto begin = page.begin() + where.begin;
    const auto end = page.begin() + where.end;
    if (std::all_of(begin, end, [](unsigned char x) { return x == 0; }))
      continue;
    std::fill(begin, end, static_cast<unsigned char>(0));
    found_ = changed = true;
    if (file.pMethods->xWrite(&file, page.data() + where.begin, static_cast<int>(where.end - where.begin),
                              at + where.begin) != SQLITE_OK) {
      written_[next_] = true;
      throw storage_error("the database file cannot be written");
    }
  }
  if (changed && file.pMethods->xSync(&file, SQLITE_SYNC_NORMAL) != SQLITE_OK)
    throw storage_error("the database file cannot be synced");
}

} // namespace

std::unique_ptr<sql::eraser> make_eraser(void* db, int checkpoint_pages, bool all) {
  return std::make_unique<sqlite_eraser>(static_cast<sqlite3*>(db), checkpoint_pages, all);
}

} // namespace parley::storage::sqlite
