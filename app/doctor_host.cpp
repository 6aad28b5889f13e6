// What the machine gives a server.
#include "app/doctor.hpp"
#include "config/settings.hpp"
#include "protocol/descriptor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <sys/vfs.h>
#include <system_error>
#include <unistd.h>

namespace parley::app {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t mebibyte = 1024 * 1024;
constexpr std::uint64_t little_space = 1024 * mebibyte;
constexpr std::uint64_t no_space = 100 * mebibyte;
constexpr rlim_t few_files = 65'536;

/// Flushes that are measured, and the median below which no disk has written anything: the fastest that keep their word
/// take some 20 µs.
constexpr std::size_t flushes = 31;
constexpr std::chrono::microseconds too_fast{10};
constexpr std::size_t flushed_bytes = 4096;

std::string words_of(int error) {
  return std::generic_category().message(error);
}

/// The folder itself, or the nearest one above it that is there.
fs::path nearest(const fs::path& folder) {
  auto out = fs::absolute(folder);
  std::error_code ignored;
  while (!fs::exists(out, ignored) && out.has_relative_path())
    out = out.parent_path();
  return out;
}

finding examine_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const auto most = limit.rlim_max; // the server raises its own limit to it
  if (most == RLIM_INFINITY || most >= few_files)
    return {grade::good, "open files", fmt::format("{} may be open", most)};
  return {grade::note, "open files",
          fmt::format("only {} may be open, and each connection is one: set LimitNOFILE=1048576 in the unit, or ulimit "
                      "-Hn",
                      most)};
}

finding examine_clock() {
  timex now{};
  const int state = adjtimex(&now); // reads only: no mode is set
  if (state < 0)
    return {grade::note, "clock", "the kernel does not tell whether it is set: " + words_of(errno)};
  if (state == TIME_ERROR || (now.status & STA_UNSYNC) != 0)
    return {grade::note, "clock",
            "nothing keeps it right: tokens of other machines may be refused; run timedatectl set-ntp true, or chrony"};
  return {grade::good, "clock", fmt::format("kept right within {} ms", now.esterror / 1000)};
}

/// Why a database does not belong on a file system of this kind.
std::optional<finding> examine_kind(const fs::path& where) {
  struct kind {
    std::uint32_t magic; // of statfs(2)
    std::string_view name;
    bool is_memory;
  };
  constexpr std::array<kind, 6> unfit{{{0x01021994, "tmpfs", true},
                                       {0x858458f6, "ramfs", true},
                                       {0x00006969, "NFS", false},
                                       {0xff534d42, "CIFS", false},
                                       {0xfe534d42, "SMB", false},
                                       {0x01021997, "9p", false}}};
  struct statfs about {};
  if (::statfs(where.c_str(), &about) != 0)
    return std::nullopt;
  const auto* const found = std::ranges::find(unfit, static_cast<std::uint32_t>(about.f_type), &kind::magic);
  if (found == unfit.end())
    return std::nullopt;
  return finding{grade::mend, "disk",
                 fmt::format("{} is on {}: {}; name another data folder", where.string(), found->name,
                             found->is_memory ? "all of it is gone after a restart of the machine"
                                              : "locks and flushes of SQLite are not to be trusted on a network")};
}

finding examine_space(std::string_view topic, const fs::path& folder) {
  const auto where = nearest(folder);
  struct statvfs about {};
  if (::statvfs(where.c_str(), &about) != 0)
    return {grade::mend, topic, where.string() + ": " + words_of(errno)};
  const auto left = static_cast<std::uint64_t>(about.f_bavail) * about.f_frsize;
  auto text = fmt::format("{} MiB free at {}", left / mebibyte, where.string());
  if ((about.f_flag & ST_RDONLY) != 0)
    return {grade::mend, topic, where.string() + " cannot be written to: it is mounted read-only"};
  if (::access(where.c_str(), W_OK) != 0)
    return {grade::mend, topic, where.string() + " cannot be written to by this user: " + words_of(errno)};
  if (about.f_files > 0 && about.f_favail == 0)
    return {grade::mend, topic, text + ", but no file can be made there: no inodes are left"};
  if (left < no_space)
    return {grade::mend, topic, text + ": writes will fail soon; make room"};
  return {left < little_space ? grade::note : grade::good, topic, std::move(text)};
}

finding examine_mode(const fs::path& folder) {
  struct stat about {};
  if (::stat(folder.c_str(), &about) != 0)
    return {grade::good, "data folder", "not there yet: the first start makes it"};
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    return {grade::note, "data folder", "others than its owner may look into " + folder.string() + ": chmod 700 it"};
  return {grade::good, "data folder", fs::absolute(folder).lexically_normal().string()};
}

/// A program cannot see the plug being pulled, but it sees a disk that answers before it can have written.
finding examine_flush(const fs::path& folder) {
  constexpr std::string_view topic = "durability";
  // Without a name, so that nothing is left whatever happens.
  const descriptor file(::open(nearest(folder).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file.get() < 0)
    return {grade::note, topic, "not measured: " + words_of(errno)};
  std::array<std::chrono::microseconds, flushes> took{};
  std::array<char, flushed_bytes> bytes{};
  for (std::size_t i = 0; i < flushes; ++i) {
    bytes.fill(static_cast<char>(i));
    const auto begun = std::chrono::steady_clock::now();
    if (::pwrite(file.get(), bytes.data(), flushed_bytes, static_cast<off_t>(i * flushed_bytes)) !=
          static_cast<ssize_t>(flushed_bytes) ||
        ::fdatasync(file.get()) != 0)
      return {grade::mend, topic, "a flush failed: " + words_of(errno)};
    took[i] = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
  }
  std::ranges::sort(took);
  const auto median = took[flushes / 2];
  if (median < too_fast)
    return {grade::mend, topic,
            fmt::format("a flush takes {} µs, which no disk can: what is acknowledged would be lost with the power; "
                        "look at the mount options (nobarrier), the virtual disk's cache mode and the container's "
                        "storage",
                        median.count())};
  return {grade::good, topic,
          fmt::format("a flush takes {} µs, the slowest of {} {} µs", median.count(), flushes, took.back().count())};
}

} // namespace

std::vector<finding> examine_host(const config::settings& s) {
  std::vector<finding> out{examine_files(), examine_clock(), examine_mode(s.data_dir)};
  out.push_back(examine_space("disk", s.data_dir));
  if (const auto& files = config::files_folder(s); files != s.data_dir)
    out.push_back(examine_space("disk of files", files));
  if (auto unfit = examine_kind(nearest(s.data_dir)))
    out.push_back(std::move(*unfit));
  else
    out.push_back(examine_flush(s.data_dir));
  return out;
}

} // namespace parley::app
