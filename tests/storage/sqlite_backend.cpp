// A temporary SQLite file, reached past the port through SQLite's own interface.
#include "tests/storage/backend.hpp"
#include "tests/storage/temporary_folder.hpp"

#include <csignal>
#include <memory>
#include <sqlite3.h>
#include <stdexcept>
#include <sys/resource.h>

namespace parley::storage::testing {
namespace {

using handle = std::unique_ptr<sqlite3, decltype(&sqlite3_close)>;
using statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

/// No file of this process can grow: writes fail as on a full disk, instead of raising SIGXFSZ.
class full_disk {
public:
  full_disk() : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    rlimit none = before_;
    none.rlim_cur = 0;
    ::setrlimit(RLIMIT_FSIZE, &none);
  }
  ~full_disk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

  full_disk(const full_disk&) = delete;
  full_disk& operator=(const full_disk&) = delete;

private:
  rlimit before_{};
  void (*handler_)(int);
};

class sqlite_trial final : public trial_database {
public:
  std::string url() const override { return "sqlite:///" + file(); }

  void execute(const std::string& sql) override {
    const auto db = open();
    if (sqlite3_exec(db.get(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
      throw std::runtime_error(sqlite3_errmsg(db.get()));
  }

  std::int64_t number(const std::string& sql) override {
    const auto db = open();
    sqlite3_stmt* raw = nullptr;
    sqlite3_prepare_v2(db.get(), sql.c_str(), -1, &raw, nullptr);
    const statement query(raw, sqlite3_finalize);
    if (sqlite3_step(query.get()) != SQLITE_ROW)
      throw std::runtime_error(sqlite3_errmsg(db.get()));
    return sqlite3_column_int64(query.get(), 0);
  }

  std::string identity_column() const override { return "INTEGER PRIMARY KEY AUTOINCREMENT"; }

  /// Who begins waits for whoever began before.
  bool somebody_waits() override { return true; }

  void while_broken(const std::function<void()>& step) override {
    const full_disk now;
    step();
  }

private:
  std::string file() const { return (folder_.path() / "parley.db").string(); }

  handle open() const {
    sqlite3* raw = nullptr;
    const int outcome = sqlite3_open(file().c_str(), &raw);
    handle db(raw, sqlite3_close);
    if (outcome != SQLITE_OK)
      throw std::runtime_error("cannot open the trial database");
    sqlite3_busy_timeout(db.get(), 5000);
    return db;
  }

  temporary_folder folder_;
};

} // namespace

std::unique_ptr<trial_database> make_sqlite_trial() {
  return std::make_unique<sqlite_trial>();
}

} // namespace parley::storage::testing
