// A wall clock that a test sets, loaded by LD_PRELOAD: CLOCK_REALTIME shows what it would, and an offset. Other clocks
// are left alone.
//
// WALL_CLOCK_CONTROL names a file of eight bytes that both sides map: the offset in milliseconds, of this machine's
// byte order.
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

constexpr std::int64_t thousand = 1000;
constexpr std::int64_t million = 1'000'000;

std::int64_t* control() {
  static std::int64_t* const mapped = []() -> std::int64_t* {
    const char* path = std::getenv("WALL_CLOCK_CONTROL");
    const int file = path == nullptr ? -1 : ::open(path, O_RDWR | O_CLOEXEC);
    if (file < 0)
      return nullptr;
    void* const out = ::mmap(nullptr, sizeof(std::int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    ::close(file);
    return out == MAP_FAILED ? nullptr : static_cast<std::int64_t*>(out);
  }();
  return mapped;
}

std::int64_t offset_ms() {
  auto* const at = control();
  return at == nullptr ? 0 : std::atomic_ref<std::int64_t>(*at).load(std::memory_order_relaxed);
}

bool is_wall(clockid_t which) {
  return which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE;
}

int real_clock_gettime(clockid_t which, timespec* out) {
  static const auto next = reinterpret_cast<int (*)(clockid_t, timespec*)>(::dlsym(RTLD_NEXT, "clock_gettime"));
  return next(which, out);
}

} // namespace

extern "C" {

int clock_gettime(clockid_t which, timespec* out) noexcept {
  const int outcome = real_clock_gettime(which, out);
  if (outcome == 0 && is_wall(which)) {
    const auto ns = out->tv_sec * thousand * million + out->tv_nsec + offset_ms() * million;
    out->tv_sec = ns / (thousand * million);
    out->tv_nsec = ns % (thousand * million);
  }
  return outcome;
}

int gettimeofday(timeval* out, void*) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  out->tv_sec = now.tv_sec;
  out->tv_usec = now.tv_nsec / thousand;
  return 0;
}

time_t time(time_t* out) noexcept {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  if (out != nullptr)
    *out = now.tv_sec;
  return now.tv_sec;
}
}
