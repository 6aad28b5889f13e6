#include "app/transfer.hpp"

#include "app/data_lock.hpp"
#include "app/terminal.hpp"
#include "config/database_url.hpp"
#include "protocol/time.hpp"

#ifdef PARLEY_POSTGRESQL
#include "storage/transfer.hpp"
#endif

#include <cstdio>
#include <filesystem>

namespace parley::app {

#ifdef PARLEY_POSTGRESQL

int transfer(const config::loaded_settings& loaded, const std::string& url) {
  const auto file = config::database_path(loaded.values);
  std::error_code unreadable;
  if (!file || !std::filesystem::exists(*file, unreadable)) {
    std::fprintf(stderr, "parley: there is no SQLite database to copy%s\n",
                 file ? (" at " + file->string()).c_str() : "");
    return 1;
  }
  const data_lock alone(loaded.values, data_lock::absent_folder::leave);
  storage::transfer_to_postgresql(*file, url, system_now(), [](const auto& x) { show_rows(x.table, x.done, x.all); });
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
