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

std::string reason(int error) {
  return std::generic_category().message(error);
}

/// Of the process that wrote it, ` (process 12)`; empty where it could not.
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

/// The folder's lock file; the folder, and those above it, are made where they are missing.
fs::path in_folder(const fs::path& folder) {
  std::error_code ignored; // `open` says what is wrong
  if (const auto parent = fs::absolute(folder).parent_path(); !parent.empty())
    fs::create_directories(parent, ignored);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
    throw std::runtime_error("cannot make the data folder " + folder.string() + ": " + reason(errno));
  return folder / "parley.lock";
}

/// Of a database outside of the data folder; nullopt for one in it, and for one that is no file.
std::optional<fs::path> file_elsewhere(const config::settings& s) {
  constexpr std::string_view scheme = "sqlite:///";
  const auto url = config::resolve_database_url(s);
  if (!url.starts_with(scheme))
    return std::nullopt;
  const fs::path file = url.substr(scheme.size());
  std::error_code ignored;
  if (!fs::exists(file.parent_path(), ignored) || fs::equivalent(file.parent_path(), s.data_dir, ignored))
    return std::nullopt;
  return file;
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

data_lock::data_lock(const config::settings& s)
  : folder_(in_folder(s.data_dir), "the data folder " + s.data_dir.string()) {
  if (const auto file = file_elsewhere(s))
    database_.emplace(fs::path(*file) += ".lock", "the database " + file->string());
}

} // namespace parley::app
