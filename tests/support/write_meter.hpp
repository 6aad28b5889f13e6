// Counts what is written to sockets. For a program of its own: its sendmsg takes the place of the C library's.
#pragma once

#include <cstdint>

namespace parley::test {

/// Calls of `sendmsg` by this process since the meter was made. One at a time.
class write_meter {
public:
  write_meter();

  std::int64_t writes() const;

private:
  std::int64_t before_;
};

} // namespace parley::test
