#include "actors/outage.hpp"

#include <spdlog/spdlog.h>

namespace parley {

namespace {

auto seconds_between(outage::time_point from, outage::time_point to) {
  return std::chrono::duration_cast<std::chrono::seconds>(to - from).count();
}

} // namespace

bool outage::fail(std::size_t entries, std::string_view reason, time_point now) {
  if (transactions_++ == 0)
    begun_ = now;
  entries_ += entries;
  if (transactions_ > 1 && now - logged_ < line_pause)
    return false;
  logged_ = now;
  if (transactions_ == 1)
    spdlog::error("transaction of {} entries failed: {}", entries, reason);
  else
    spdlog::error("transactions fail for {} s, {} with {} entries so far; the latest: {}", seconds_between(begun_, now),
                  transactions_, entries_, reason);
  return true;
}

void outage::end(time_point now) {
  if (transactions_ == 0)
    return;
  spdlog::info("transactions are committed again after {} s, in which {} with {} entries failed",
               seconds_between(begun_, now), transactions_, entries_);
  transactions_ = 0;
  entries_ = 0;
}

} // namespace parley
