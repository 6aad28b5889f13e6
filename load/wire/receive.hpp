// Reading from a socket with the time at which the kernel had the bytes, beside that at which they were read.
#pragma once

#include "load/wire/loop.hpp"

#include <cstddef>
#include <cstdint>
#include <sys/types.h>

namespace parley::load {

/// What one read brought.
struct received {
  ssize_t size;            ///< as of recv(2): 0 at the end, -1 with errno
  std::int64_t arrived_ns; ///< as `now_ns()`: when the kernel had the last of the bytes, or else when they were read
};

/// The kernel notes when each packet came (SO_TIMESTAMPNS); without that, bytes count as come when they are read.
/// Costs a read some 0.7 µs.
void note_arrivals(int fd);

/// Reads at most `size` bytes; `noted`: `note_arrivals` was called for this socket. Of several packets in one read the
/// kernel tells the time of the last one, so no arrival is told too early. What lies between arrival and read goes into
/// `loop::read_lag`. Where the wall clock was set, which is the kernel's clock for this, the time of the read counts.
received receive(int fd, char* to, std::size_t size, loop& on, bool noted);

} // namespace parley::load
