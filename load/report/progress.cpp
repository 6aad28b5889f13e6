#include "load/report/progress.hpp"

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>

namespace parley::load {

namespace {

constexpr double plain_every_s = 5;

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t at = digits.size(); at > 3; at -= 3)
    digits.insert(at - 3, ",");
  return digits;
}

std::string rate(double per_s) {
  if (per_s >= 10'000)
    return std::to_string(std::llround(per_s / 1000)) + "k/s";
  return std::to_string(std::llround(per_s)) + "/s";
}

} // namespace

std::string progress_line(const moment& now) {
  std::ostringstream out;
  out << std::fixed << std::setprecision(1) << std::llround(now.t_s) << " s  " << grouped(now.connections) << " conn  "
      << rate(now.delivered_per_s);
  if (now.p50_ms && now.p95_ms && now.p99_ms)
    out << "  p50 " << *now.p50_ms << " ms  p95 " << *now.p95_ms << " ms  p99 " << *now.p99_ms << " ms";
  out << "  errors " << grouped(now.errors);
  return out.str();
}

void progress_display::show(const moment& now) {
  const std::string line = progress_line(now);
  if (terminal_) {
    out_ << '\r' << line << std::string(width_ - std::min(width_, line.size()), ' ') << std::flush;
    width_ = line.size();
  } else if (now.t_s >= shown_s_ + plain_every_s - 0.5) {
    out_ << line << std::endl;
    shown_s_ = now.t_s;
  }
}

void progress_display::finish() {
  if (terminal_ && width_ > 0)
    out_ << std::endl;
}

} // namespace parley::load
