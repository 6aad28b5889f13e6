#include "config/secret.hpp"

#include "config/check.hpp"
#include "config/key.hpp"
#include "protocol/descriptor.hpp"

#include <cassert>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace parley::config {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t secret_bytes_max = 4096;

tl::unexpected<std::string> failed(const fs::path& file, const std::string& why) {
  return tl::unexpected("auth.secret: " + quote(file.string()) + " " + why);
}

tl::unexpected<std::string> failed_call(const fs::path& file, const std::string& what, int error) {
  return failed(file, what + ": " + std::generic_category().message(error));
}

/// The kept secret; nullopt if there is no such file.
tl::expected<std::optional<std::string>, std::string> read_secret(const fs::path& file) {
  // Without O_NONBLOCK a FIFO of that name would hold the start up for ever.
  const descriptor fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd && errno == ENOENT)
    return std::nullopt;
  if (!fd)
    return failed_call(file, "cannot be opened", errno);
  struct stat about {};
  if (fstat(fd.get(), &about) != 0)
    return failed_call(file, "cannot be examined", errno);
  if (!S_ISREG(about.st_mode))
    return failed(file, "is not a plain file");
  if ((about.st_mode & 077) != 0)
    return failed(file, "may be read or written by others; allowed: mode 0600");
  std::string text(secret_bytes_max + 1, '\0');
  auto n = read(fd.get(), text.data(), text.size());
  if (n < 0)
    return failed_call(file, "cannot be read", errno);
  text.resize(static_cast<std::size_t>(n));
  if (text.size() > secret_bytes_max)
    return failed(file, "is too long; allowed: 32 to 4096 bytes");
  // An editor ends the last line; the secret itself is one line.
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
    text.pop_back();
  if (text.size() < secret_bytes_min)
    return failed(file, "is too short; allowed: 32 to 4096 bytes");
  return text;
}

/// Puts a whole file in place, or nothing: it is written under a name of this process and then linked, which fails
/// where another process was faster. Its secret then counts, so that is no error.
tl::expected<void, std::string> write_secret(const fs::path& file, const std::string& secret) {
  auto draft = file;
  draft += '.' + std::to_string(getpid());
  unlink(draft.c_str()); // of a process that had our number and died half-way
  {
    const descriptor fd(open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd)
      return failed_call(draft, "cannot be made", errno);
    auto whole = write(fd.get(), secret.data(), secret.size()) == static_cast<ssize_t>(secret.size());
    if (!whole || fchmod(fd.get(), 0600) != 0 || fsync(fd.get()) != 0) {
      auto error = errno;
      unlink(draft.c_str());
      return failed_call(draft, "cannot be written", error);
    }
  }
  auto linked = link(draft.c_str(), file.c_str());
  auto error = errno;
  unlink(draft.c_str());
  if (linked != 0 && error != EEXIST)
    return failed_call(file, "cannot be made", error);
  return {};
}

} // namespace

tl::expected<std::string, std::string> obtain_secret(const settings& s, const std::function<std::string()>& generate) {
  if (!s.auth.secret.empty())
    return s.auth.secret;
  assert(s.server.environment == environment_name::development); // `load` refuses production without a secret
  auto file = s.data_dir / "secret";
  auto kept = read_secret(file);
  if (!kept)
    return tl::unexpected(kept.error());
  if (*kept)
    return **kept;

  std::error_code error;
  if (auto parent = s.data_dir.parent_path(); !parent.empty())
    fs::create_directories(parent, error);
  if (mkdir(s.data_dir.c_str(), 0700) != 0 && errno != EEXIST)
    return failed_call(s.data_dir, "cannot be made", errno);
  auto made = generate();
  assert(made.size() >= secret_bytes_min && made.size() <= secret_bytes_max);
  if (auto written = write_secret(file, made); !written)
    return tl::unexpected(written.error());

  // Read back what counts: ours, or that of the process that was faster.
  kept = read_secret(file);
  if (!kept)
    return tl::unexpected(kept.error());
  if (!*kept)
    return failed(file, "vanished");
  return **kept;
}

} // namespace parley::config
