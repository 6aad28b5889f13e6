// SOCI's own header brings <sqlite3.h> inside a namespace of its own, so <sqlite3.h> must not be included here.
#include "storage/sqlite/dialect.hpp"

#include "storage/sqlite/eraser.hpp"
#include "storage/sqlite/file.hpp"
#include "storage/sqlite/statement.hpp"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <chrono>
#include <memory>
#include <system_error>
#include <thread>

namespace parley::storage::sqlite {
namespace {

/// Who waits for a commit has to hear of another process's lock within 5 s, also where a failed one was before it.
constexpr std::chrono::milliseconds busy_timeout{2000};
constexpr std::chrono::milliseconds wal_retry_pause{10};
constexpr int wal_pages_before_checkpoint = 8000;
constexpr long long wal_size_limit_bytes = 64LL * 1024 * 1024;
/// The writer touches three trees a message; SQLite's default of 2 MiB makes it read and spill pages again and again.
constexpr int writer_cache_kib = 32 * 1024;

sqlite_api::sqlite3* handle_of(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

void execute(soci::session& session, const std::string& text) {
  char* message = nullptr;
  const int outcome = sqlite_api::sqlite3_exec(handle_of(session), text.c_str(), nullptr, nullptr, &message);
  const std::unique_ptr<char, void (*)(void*)> owned(message, sqlite_api::sqlite3_free);
  if (outcome != SQLITE_OK)
    throw soci::sqlite3_soci_error(message ? message : sqlite_api::sqlite3_errstr(outcome), outcome);
}

/// How long the statement that a connection runs may take.
struct time_limit {
  using clock = std::chrono::steady_clock;

  /// How many steps SQLite's virtual machine takes between two looks at the clock.
  static constexpr int steps = 10'000;

  std::chrono::milliseconds longest;
  clock::time_point begun;

  static int on_begin(unsigned, void* self, void*, void*) {
    static_cast<time_limit*>(self)->begun = clock::now();
    return 0;
  }
  static int is_over(void* self) {
    const auto& it = *static_cast<time_limit*>(self);
    return clock::now() - it.begun > it.longest ? 1 : 0;
  }
};

/// True where there is a log that no connection took in when it closed.
bool has_log(const std::filesystem::path& file) {
  std::error_code none;
  auto log = file;
  const auto size = std::filesystem::file_size(log += "-wal", none);
  return !none && size > 0;
}

std::string journal_mode(soci::session& session, const std::string& pragma) {
  std::string mode;
  session << pragma, soci::into(mode);
  return mode;
}

/// SQLite refuses a change of the journal mode at once where another connection makes it too; the busy time-out does
/// not cover that. The mode is part of the file, so this happens once in the file's life.
void switch_to_wal(soci::session& session) {
  const auto give_up = std::chrono::steady_clock::now() + busy_timeout;
  for (;;) {
    try {
      if (journal_mode(session, "PRAGMA journal_mode") == "wal" ||
          journal_mode(session, "PRAGMA journal_mode = WAL") == "wal")
        return;
      throw storage_error("the file system of the database cannot hold an SQLite WAL");
    } catch (const soci::sqlite3_soci_error& e) {
      if (e.result() != SQLITE_BUSY || std::chrono::steady_clock::now() >= give_up)
        throw;
    }
    std::this_thread::sleep_for(wal_retry_pause);
  }
}

class sqlite_driver final : public sql::driver {
public:
  sqlite_driver(const std::filesystem::path& file, sql::access how, durability promise, bool ended_badly)
    : ended_badly_(ended_badly) {
    const std::string name = "dbname=\"" + file.string() + "\"";
    session().open(soci::sqlite3, how == sql::access::read ? name + " readonly=1" : name);
    execute(session(), "PRAGMA busy_timeout = " + std::to_string(busy_timeout.count()));
    // A plan must not hang on what is bound: SQLite would make it again at each call, to see whether the new value lets
    // it use a partial index. Ours are used by conditions in the indexes' own words.
    sqlite_api::sqlite3_db_config(handle_of(session()), SQLITE_DBCONFIG_ENABLE_QPSG, 1, nullptr);
    if (how == sql::access::read)
      set_up_to_read();
    else
      set_up_to_write(promise);
  }

  void begin_write() override { run(begin_write_, "BEGIN IMMEDIATE"); }
  void begin_read() override { run(begin_read_, "BEGIN"); }
  // The write lock of SQLite is one for the whole file and all processes.
  void begin_migration() override { begin_write(); }
  void require_no_server_before(int) override {}
  void commit() override { run(commit_, "COMMIT"); }
  void rollback() override { run(rollback_, "ROLLBACK"); }
  bool in_transaction() override { return sqlite_api::sqlite3_get_autocommit(handle_of(session())) == 0; }

  // BEGIN IMMEDIATE is the turn for everything.
  bool take_turn(sql::turn, std::string_view) override { return false; }
  std::unique_ptr<sql::statement> prepare(const std::string& text) override {
    return sqlite::prepare(handle_of(session()), text);
  }
  void run_script(const std::string& text) override { execute(session(), text); }
  // A number in the file's head that is ours to use; SQLite writes its page whatever it was before.
  void touch() override { execute(session(), "PRAGMA user_version = 1"); }

  standby find_standby() override { return standby::inapplicable; }

  bool appends_batches() const override { return false; }
  std::vector<sql::placed> append(std::span<const message_draft>) override { return {}; }

  std::unique_ptr<sql::eraser> make_eraser() override {
    return sqlite::make_eraser(handle_of(session()), wal_pages_before_checkpoint, ended_badly_);
  }

  bool is_broken() override { return false; }
  void reopen() override {}

private:
  /// There are two of these a request, so they are parsed once.
  void run(std::unique_ptr<sql::statement>& kept, const char* text) {
    if (!kept)
      kept = prepare(text);
    try {
      kept->step();
    } catch (...) {
      kept.reset();
      throw;
    }
  }

  void set_up_to_read() {
    execute(session(), "PRAGMA query_only = ON");
    auto* db = handle_of(session());
    sqlite_api::sqlite3_trace_v2(db, SQLITE_TRACE_STMT, &time_limit::on_begin, &limit_);
    sqlite_api::sqlite3_progress_handler(db, time_limit::steps, &time_limit::is_over, &limit_);
  }

  void set_up_to_write(durability promise) {
    switch_to_wal(session());
    execute(session(), promise == durability::full ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    execute(session(), "PRAGMA foreign_keys = ON");
    // A deleted message leaves no bytes in the file. Some builds of SQLite have it off.
    execute(session(), "PRAGMA secure_delete = ON");
    execute(session(), "PRAGMA cache_size = -" + std::to_string(writer_cache_kib));
    execute(session(), "PRAGMA wal_autocheckpoint = " + std::to_string(wal_pages_before_checkpoint));
    execute(session(), "PRAGMA journal_size_limit = " + std::to_string(wal_size_limit_bytes));
  }

  bool ended_badly_;
  std::unique_ptr<sql::statement> begin_write_;
  std::unique_ptr<sql::statement> begin_read_;
  std::unique_ptr<sql::statement> commit_;
  std::unique_ptr<sql::statement> rollback_;
  time_limit limit_{sql::longest_question, {}};
};

} // namespace

sqlite_dialect::sqlite_dialect(const std::filesystem::path& file, durability how)
  : file_(std::filesystem::absolute(file)), how_(how), ended_badly_(has_log(file_)) {
  // Each connection stays on one thread, so it needs no mutex of its own, and nobody asks for SQLite's count of its
  // memory, which is a mutex an allocation. Before SQLite's first use in the process; afterwards it has no effect.
  static const bool configured = sqlite_api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD) == SQLITE_OK &&
                                 sqlite_api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
  static_cast<void>(configured);
}

bool sqlite_dialect::exists() const {
  std::error_code ignored;
  return std::filesystem::exists(file_, ignored);
}

void sqlite_dialect::create() const {
  try {
    create_private_file(file_);
  } catch (const std::system_error& e) {
    throw storage_error(e.what());
  }
}

std::unique_ptr<sql::driver> sqlite_dialect::connect(sql::access how) const {
  try {
    return std::make_unique<sqlite_driver>(file_, how, how_, ended_badly_);
  } catch (const soci::soci_error& e) {
    throw storage_error("cannot open the database " + file_.string() + ": " + e.get_error_message());
  }
}

std::string_view sqlite_dialect::identity_column() const {
  return "INTEGER PRIMARY KEY AUTOINCREMENT";
}

std::string sqlite_dialect::last_id_question(const std::string& table) const {
  return "SELECT seq FROM sqlite_sequence WHERE name = '" + table + "'";
}

} // namespace parley::storage::sqlite
