// A disk that fails on demand, for the tests: loaded by LD_PRELOAD, it lets calls on files below a prefix fail or hang.
//
// DISK_FAULT_CONTROL names a file of 4096 bytes that both sides map, so that a test changes its mind while the server
// runs. Bytes 0 to 3: what happens to writes, syncs, truncations, and whatever changes names (opening for writing
// included). '.': nothing. 'F': no space is left, noticed amid the bytes. 'E': EIO. 'R': EROFS. 'S': only half of the
// bytes at a time. 'H': hangs until the byte changes. From 16: how many calls met a fault, a 32-bit number each.
// From 64: the prefix of the paths, with a NUL behind it; where it ends with '$', the path itself.
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

constexpr std::size_t control_bytes = 4096;
constexpr std::size_t counts_at = 16;
constexpr std::size_t prefix_at = 64;

enum operation { writing, syncing, truncating, naming };

template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

/// Null where the test gave no control file.
char* control() {
  static char* const mapped = []() -> char* {
    const char* path = std::getenv("DISK_FAULT_CONTROL");
    if (path == nullptr)
      return nullptr;
    static const auto real_open = real<int (*)(const char*, int, ...)>("open");
    const int file = real_open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
      return nullptr;
    void* const out = ::mmap(nullptr, control_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    return out == MAP_FAILED ? nullptr : static_cast<char*>(out);
  }();
  return mapped;
}

char mode_of(operation what) {
  char* const bytes = control();
  return bytes == nullptr ? '.' : std::atomic_ref<char>(bytes[what]).load(std::memory_order_relaxed);
}

bool is_meant(std::string_view path) {
  const std::string_view prefix(control() + prefix_at);
  return prefix.ends_with('$') ? path == prefix.substr(0, prefix.size() - 1) : path.starts_with(prefix);
}

bool is_meant(int descriptor) {
  char link[64];
  char* end = link + sizeof link;
  *--end = '\0';
  for (auto x = static_cast<unsigned>(descriptor); end == link + sizeof link - 1 || x > 0; x /= 10)
    *--end = static_cast<char>('0' + x % 10);
  constexpr std::string_view folder = "/proc/self/fd/";
  end -= folder.size();
  std::memcpy(end, folder.data(), folder.size());
  char path[control_bytes];
  const auto size = ::readlink(end, path, sizeof path);
  return size > 0 && is_meant(std::string_view(path, static_cast<std::size_t>(size)));
}

/// The fault that this call meets; '.' for none. Returns once the disk does not hang any more.
template <class Target>
char meet(operation what, const Target& target) {
  char mode = mode_of(what);
  if (mode == '.' || !is_meant(target))
    return '.';
  auto* const count = reinterpret_cast<std::uint32_t*>(control() + counts_at) + what;
  std::atomic_ref<std::uint32_t>(*count).fetch_add(1);
  for (; mode == 'H'; mode = mode_of(what))
    ::poll(nullptr, 0, 2); // nothing tells this process that the other side wrote a byte
  return mode;
}

int error_of(char mode) {
  return mode == 'F' ? ENOSPC : mode == 'E' ? EIO : mode == 'R' ? EROFS : 0;
}

/// False, with errno, where the call fails.
template <class Target>
bool passes(operation what, const Target& target) {
  const int wrong = error_of(meet(what, target));
  if (wrong != 0)
    errno = wrong;
  return wrong == 0;
}

/// How many of the bytes may be written; nullopt, with errno, for none.
template <class Write>
ssize_t limited_write(int file, std::size_t count, Write write) {
  const char mode = meet(writing, file);
  const bool halves = mode == 'S' || mode == 'F';
  if (const int wrong = error_of(mode); wrong != 0 && !(halves && count > 1)) {
    errno = wrong;
    return -1;
  }
  return write(halves && count > 1 ? count / 2 : count);
}

template <class Offset>
ssize_t write_at(const char* name, int file, const void* bytes, std::size_t count, Offset offset) {
  const auto call = real<ssize_t (*)(int, const void*, std::size_t, Offset)>(name);
  return limited_write(file, count, [&](std::size_t most) { return call(file, bytes, most, offset); });
}

bool may_open(const char* path, int flags) {
  const bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT) != 0;
  return !writes || passes(naming, std::string_view(path));
}

using open_call = int (*)(const char*, int, ...);

} // namespace

extern "C" {

ssize_t write(int file, const void* bytes, std::size_t count) {
  static const auto call = real<ssize_t (*)(int, const void*, std::size_t)>("write");
  return limited_write(file, count, [&](std::size_t most) { return call(file, bytes, most); });
}

ssize_t pwrite(int file, const void* bytes, std::size_t count, off_t offset) {
  return write_at("pwrite", file, bytes, count, offset);
}

ssize_t pwrite64(int file, const void* bytes, std::size_t count, off64_t offset) {
  return write_at("pwrite64", file, bytes, count, offset);
}

int fsync(int file) {
  static const auto call = real<int (*)(int)>("fsync");
  return passes(syncing, file) ? call(file) : -1;
}

int fdatasync(int file) {
  static const auto call = real<int (*)(int)>("fdatasync");
  return passes(syncing, file) ? call(file) : -1;
}

int ftruncate(int file, off_t size) noexcept {
  static const auto call = real<int (*)(int, off_t)>("ftruncate");
  return passes(truncating, file) ? call(file, size) : -1;
}

int ftruncate64(int file, off64_t size) noexcept {
  static const auto call = real<int (*)(int, off64_t)>("ftruncate64");
  return passes(truncating, file) ? call(file, size) : -1;
}

int open(const char* path, int flags, ...) {
  static const auto call = real<open_call>("open");
  std::va_list rest;
  va_start(rest, flags);
  const auto mode = va_arg(rest, mode_t);
  va_end(rest);
  return may_open(path, flags) ? call(path, flags, mode) : -1;
}

int open64(const char* path, int flags, ...) {
  static const auto call = real<open_call>("open64");
  std::va_list rest;
  va_start(rest, flags);
  const auto mode = va_arg(rest, mode_t);
  va_end(rest);
  return may_open(path, flags) ? call(path, flags, mode) : -1;
}

int mkdir(const char* path, mode_t mode) noexcept {
  static const auto call = real<int (*)(const char*, mode_t)>("mkdir");
  return passes(naming, std::string_view(path)) ? call(path, mode) : -1;
}

int unlink(const char* path) noexcept {
  static const auto call = real<int (*)(const char*)>("unlink");
  return passes(naming, std::string_view(path)) ? call(path) : -1;
}

int rename(const char* from, const char* to) noexcept {
  static const auto call = real<int (*)(const char*, const char*)>("rename");
  return passes(naming, std::string_view(to)) ? call(from, to) : -1;
}
}
