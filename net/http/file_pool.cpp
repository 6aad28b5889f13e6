#include "net/http/file_pool.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace parley::net {

namespace fs = std::filesystem;

namespace {

constexpr mode_t owner_only = 0600;

tl::unexpected<std::error_code> last_error() {
  return tl::unexpected(std::error_code(errno, std::generic_category()));
}

/// Calls again while a signal interrupts it.
template <class Call>
auto persist(Call call) {
  auto out = call();
  while (out < 0 && errno == EINTR)
    out = call();
  return out;
}

file_result<void> write_all(int descriptor, std::uint64_t offset, std::string_view bytes) {
  while (!bytes.empty()) {
    const auto done =
      persist([&] { return ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (done < 0)
      return last_error();
    bytes.remove_prefix(static_cast<std::size_t>(done));
    offset += static_cast<std::uint64_t>(done);
  }
  return {};
}

file_result<void> sync_folder(const fs::path& path) {
  const int descriptor = persist([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (descriptor < 0)
    return last_error();
  const open_file folder(descriptor);
  if (persist([&] { return ::fsync(descriptor); }) != 0)
    return last_error();
  return {};
}

file_result<void> remove_now(const fs::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT)
    return last_error();
  return {};
}

} // namespace

open_file::~open_file() {
  ::close(descriptor_);
  if (counted_ != nullptr)
    --*counted_;
}

file_result<shared_file> file_pool::open(const fs::path& path, int flags) const {
  if (++*open_ > open_limit_) {
    --*open_;
    return tl::unexpected(std::make_error_code(std::errc::too_many_files_open));
  }
  const int descriptor = persist([&] { return ::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, owner_only); });
  if (descriptor < 0) {
    const auto why = last_error();
    --*open_;
    return why;
  }
  return std::make_shared<const open_file>(descriptor, open_);
}

file_result<sized_file> file_pool::open_sized(const fs::path& path, int flags) const {
  auto file = open(path, flags);
  if (!file)
    return tl::unexpected(file.error());
  struct stat facts {};
  if (::fstat((*file)->descriptor(), &facts) != 0)
    return last_error();
  if (!S_ISREG(facts.st_mode))
    return tl::unexpected(std::make_error_code(std::errc::no_such_file_or_directory));
  return sized_file{.file = std::move(*file),
                    .size = static_cast<std::uint64_t>(facts.st_size),
                    .modified = timestamp(std::chrono::seconds(facts.st_mtim.tv_sec))};
}

void file_pool::join() {
  joined_ = true;
  pool_.join();
  changes_.join();
}

file_pool::answer<shared_file> file_pool::create(const fs::path& path) {
  return run_in(changes_, [this, path] { return open(path, O_WRONLY | O_CREAT | O_EXCL); });
}

file_pool::answer<sized_file> file_pool::open_to_write(const fs::path& path) {
  return run_in(changes_, [this, path] { return open_sized(path, O_RDWR | O_CREAT); });
}

file_pool::answer<sized_file> file_pool::open_to_read(const fs::path& path) {
  // Opening a pipe that somebody put there must not wait for a writer.
  return run([this, path] { return open_sized(path, O_RDONLY | O_NONBLOCK); });
}

file_pool::answer<std::uint64_t> file_pool::size(const fs::path& path) {
  return run([path]() -> file_result<std::uint64_t> {
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) == 0)
      return static_cast<std::uint64_t>(facts.st_size);
    if (errno == ENOENT)
      return 0;
    return last_error();
  });
}

file_pool::answer<void> file_pool::write(const shared_file& file, std::uint64_t offset, std::string_view bytes) {
  return run_in(changes_, [file, offset, bytes] { return write_all(file->descriptor(), offset, bytes); });
}

file_pool::answer<void> file_pool::truncate(const shared_file& file, std::uint64_t size) {
  return run_in(changes_, [file, size]() -> file_result<void> {
    if (persist([&] { return ::ftruncate(file->descriptor(), static_cast<off_t>(size)); }) != 0)
      return last_error();
    return {};
  });
}

file_pool::answer<std::uint64_t> file_pool::copy(const shared_file& from, std::uint64_t from_offset,
                                                 const shared_file& to, std::uint64_t to_offset, std::uint64_t count) {
  return run_in(changes_, [=]() -> file_result<std::uint64_t> {
    std::uint64_t done = 0;
    while (done < count) {
      auto source = static_cast<off_t>(from_offset + done);
      auto target = static_cast<off_t>(to_offset + done);
      const auto got = persist(
        [&] { return ::copy_file_range(from->descriptor(), &source, to->descriptor(), &target, count - done, 0); });
      if (got < 0)
        return last_error();
      if (got == 0)
        break;
      done += static_cast<std::uint64_t>(got);
    }
    return done;
  });
}

file_pool::answer<std::size_t> file_pool::read(const shared_file& file, std::uint64_t offset, std::span<char> into) {
  return run([file, offset, into]() -> file_result<std::size_t> {
    const auto got =
      persist([&] { return ::pread(file->descriptor(), into.data(), into.size(), static_cast<off_t>(offset)); });
    if (got < 0)
      return last_error();
    return static_cast<std::size_t>(got);
  });
}

file_pool::answer<void> file_pool::sync(const shared_file& file) {
  return run_in(changes_, [file]() -> file_result<void> {
    if (persist([&] { return ::fdatasync(file->descriptor()); }) != 0)
      return last_error();
    return {};
  });
}

file_pool::answer<void> file_pool::rename(const fs::path& from, const fs::path& to) {
  return run_in(changes_, [from, to]() -> file_result<void> {
    if (::rename(from.c_str(), to.c_str()) != 0)
      return last_error();
    return sync_folder(to.parent_path());
  });
}

file_pool::answer<void> file_pool::remove(const fs::path& path) {
  return run_in(changes_, [path] { return remove_now(path); });
}

void file_pool::remove_later(fs::path path) {
  if (!joined_)
    boost::asio::post(changes_, [path = std::move(path)] { static_cast<void>(remove_now(path)); });
}

} // namespace parley::net
