// The line that shows how a run goes while it goes.
#pragma once

#include "load/measure/series.hpp"

#include <ostream>
#include <string>

namespace parley::load {

/// `12 s  15,000 conn  812k/s  p50 4.1 ms  p95 9.3 ms  p99 12.0 ms  errors 0`.
std::string progress_line(const moment& now);

/// Writes the line anew once a second on a terminal, and a line every five seconds elsewhere.
class progress_display {
public:
  progress_display(std::ostream& out, bool terminal) : out_(out), terminal_(terminal) {}

  void show(const moment& now);
  /// Ends the line of a terminal.
  void finish();

private:
  std::ostream& out_;
  bool terminal_;
  double shown_s_ = 0;
  std::size_t width_ = 0; ///< of what stands on the line
};

} // namespace parley::load
