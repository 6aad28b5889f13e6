#include "tests/support/write_meter.hpp"

#include <atomic>
#include <dlfcn.h>
#include <sys/socket.h>

namespace {

std::atomic<std::int64_t> all_writes{0};

} // namespace

// NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): the library's begin with underscores
extern "C" ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
  using function = ssize_t (*)(int, const msghdr*, int);
  static const auto next = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "sendmsg"));
  ++all_writes;
  return next(descriptor, message, flags);
}

namespace parley::test {

write_meter::write_meter() : before_(all_writes) {}

std::int64_t write_meter::writes() const {
  return all_writes - before_;
}

} // namespace parley::test
