#include "app/transfer.hpp"

#include "app/data_lock.hpp"
#include "config/database_url.hpp"
#include "protocol/time.hpp"

#ifdef PARLEY_POSTGRESQL
#include "storage/transfer.hpp"
#endif

#include <cstdio>
#include <filesystem>
#include <unistd.h>

namespace parley::app {

#ifdef PARLEY_POSTGRESQL

namespace {

/// A line a table, counted up where somebody looks.
class progress_bar {
public:
  void show(const storage::transfer_progress& x) {
    const bool done = x.done >= x.all;
    if (!done && ::isatty(STDERR_FILENO) == 0)
      return;
    const auto percent = x.all > 0 ? 100 * x.done / x.all : 100;
    std::fprintf(stderr, "\r%-18s %11lld of %lld rows (%lld %%)%s", x.table.c_str(), static_cast<long long>(x.done),
                 static_cast<long long>(x.all), static_cast<long long>(percent), done ? "\n" : "");
  }
};

} // namespace

int transfer(const config::loaded_settings& loaded, const std::string& url) {
  const auto file = config::database_path(loaded.values);
  std::error_code unreadable;
  if (!file || !std::filesystem::exists(*file, unreadable)) {
    std::fprintf(stderr, "parley: there is no SQLite database to copy%s\n",
                 file ? (" at " + file->string()).c_str() : "");
    return 1;
  }
  const data_lock alone(loaded.values, data_lock::absent_folder::leave);
  progress_bar bar;
  storage::transfer_to_postgresql(*file, url, system_now(), [&](const auto& x) { bar.show(x); });
  std::puts("copied and compared; the source is as it was");
  return 0;
}

#else

int transfer(const config::loaded_settings&, const std::string&) {
  std::fputs("parley: postgresql is not built into this program: it was built without libpq\n", stderr);
  return 1;
}

#endif

} // namespace parley::app
