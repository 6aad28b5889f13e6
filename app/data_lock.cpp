#include "app/data_lock.hpp"

#include "config/database_url.hpp"

#include <cerrno>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace parley::app {

namespace fs = std::filesystem;

namespace {

/// As many links as Linux follows in a path.
constexpr int links_max = 40;

/// What the system said, and what to do about it.
std::string reason(int error) {
  auto out = std::generic_category().message(error);
  if (error == EACCES || error == EPERM || error == EROFS)
    out += "; let this user write there, or choose another place with --data-dir or --db";
  return out;
}

/// Which process wrote it, as ` (process 12)`; empty if it could not.
std::string owner_in(int descriptor) {
  char text[16];
  const auto size = ::pread(descriptor, text, sizeof text, 0);
  if (size <= 0)
    return {};
  const std::string_view id(text, static_cast<std::size_t>(size));
  return " (process " + std::string(id.substr(0, id.find('\n'))) + ")";
}

/// A full disk must not keep a server from starting to read: then the file stays without a number.
void write_owner(int descriptor) {
  const auto id = std::to_string(::getpid()) + '\n';
  if (::ftruncate(descriptor, 0) == 0)
    static_cast<void>(::pwrite(descriptor, id.data(), id.size(), 0) < 0);
}

/// The folder's lock file; the folder, and those above it, are made if they are missing.
fs::path in_folder(const fs::path& folder) {
  std::error_code ignored; // `open` says what is wrong
  if (const auto parent = fs::absolute(folder).parent_path(); !parent.empty())
    fs::create_directories(parent, ignored);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    throw std::runtime_error("cannot make the data folder " + folder.string() + ": " + reason(errno));
  return folder / "parley.lock";
}

/// Where the database lies, by the one path that all of its names lead to; nullopt for one that is no file. Its folder
/// is made if it is missing.
std::optional<fs::path> database_file(const config::settings& s) {
  const auto path = config::database_path(s);
  if (!path)
    return std::nullopt;
  auto file = fs::absolute(*path);
  std::error_code ignored; // the lock or the database says what is wrong
  // SQLite makes the file of a link that leads nowhere yet; weakly_canonical would leave such a link as it is.
  for (int links = 0; links < links_max && fs::is_symlink(file, ignored); ++links)
    file = file.parent_path() / fs::read_symlink(file, ignored);
  fs::create_directories(file.parent_path(), ignored);
  std::error_code failed;
  auto only = fs::weakly_canonical(file, failed);
  return failed ? file : only;
}

} // namespace

lock_file::lock_file(const fs::path& file, const std::string& what)
  : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)) {
  if (descriptor_ < 0)
    throw std::runtime_error("cannot write to " + what + ": " + reason(errno));
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    const auto owner = owner_in(descriptor_);
    ::close(descriptor_);
    throw std::runtime_error(error == EWOULDBLOCK ? what + " is in use by another parley" + owner
                                                  : "cannot lock " + what + ": " + reason(error));
  }
  write_owner(descriptor_);
}

lock_file::~lock_file() {
  ::close(descriptor_);
}

data_lock::data_lock(const config::settings& s, absent_folder how) {
  if (std::error_code ignored; how == absent_folder::make || fs::exists(s.data_dir, ignored))
    folder_.emplace(in_folder(s.data_dir), "the data folder " + s.data_dir.string());
  if (const auto file = database_file(s))
    database_.emplace(fs::path(*file) += ".lock", "the database " + file->string());
}

} // namespace parley::app
