// Creation of the file with a mode that keeps others out from the first moment.
#include "storage/sqlite/file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace parley::storage::sqlite {
namespace {

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

void create_private_folder(const std::filesystem::path& folder) {
  if (folder.empty() || std::filesystem::exists(folder))
    return;
  create_private_folder(folder.parent_path());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    fail("cannot create the database folder");
}

/// The new name itself must survive a crash, or the first commits would go with it.
void sync_folder(const std::filesystem::path& folder) {
  const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (handle < 0)
    fail("cannot open the database folder");
  const int outcome = ::fsync(handle);
  ::close(handle);
  if (outcome != 0)
    fail("cannot sync the database folder");
}

} // namespace

void create_private_file(const std::filesystem::path& file) {
  create_private_folder(file.parent_path());
  // An existing file must not be opened here: closing it again would drop the locks that SQLite holds in this process.
  const int handle = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (handle < 0) {
    if (errno == EEXIST)
      return;
    fail("cannot create the database file");
  }
  ::close(handle);
  sync_folder(file.parent_path());
}

} // namespace parley::storage::sqlite
