#include "actors/erasure_duty.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>

namespace parley {

namespace {

auto seconds_between(erasure_duty::time_point from, erasure_duty::time_point to) {
  return std::chrono::duration_cast<std::chrono::seconds>(to - from).count();
}

} // namespace

std::optional<erasure_duty::duration> erasure_duty::due(const storage::writer& store, time_point now) {
  if (awaited_ || !store.owes_erasure())
    return std::nullopt;
  awaited_ = true;
  since_ = now;
  return pause_;
}

std::optional<erasure_duty::duration> erasure_duty::work(storage::writer& store, time_point now) {
  try {
    switch (store.erase(patience_)) {
    case storage::erasure::done:
      end(now);
      return std::nullopt;
    case storage::erasure::unfinished:
      return unfinished_pause;
    case storage::erasure::hindered:
      break;
    }
  } catch (const std::exception& reason) {
    if (!told_)
      spdlog::error("what was deleted cannot be taken out of the database's files, and is tried again: {}",
                    reason.what());
    told_ = true;
    return failed_pause;
  }
  patience_ = std::min(2 * patience_, patience_max);
  tell_hindered(now);
  return hindered_pause;
}

void erasure_duty::tell_hindered(time_point now) {
  if (told_ || now - since_ < promised)
    return;
  told_ = true;
  spdlog::warn("what was deleted {} s ago is still in the database's files: another process has been reading since",
               seconds_between(since_, now));
}

void erasure_duty::end(time_point now) {
  if (told_)
    spdlog::info("what was deleted is out of the database's files, after {} s", seconds_between(since_, now));
  awaited_ = false;
  told_ = false;
  patience_ = patience_min;
}

void erasure_duty::finish(storage::writer& store) {
  const auto until = std::chrono::steady_clock::now() + last_patience;
  const auto left = [&] {
    return std::max(std::chrono::duration_cast<duration>(until - std::chrono::steady_clock::now()), duration(0));
  };
  try {
    auto outcome = store.owes_erasure() ? storage::erasure::unfinished : storage::erasure::done;
    while (outcome == storage::erasure::unfinished && left() > duration(0))
      outcome = store.erase(left());
    if (outcome != storage::erasure::done)
      spdlog::warn("what was deleted last is still in the database's files: {}",
                   outcome == storage::erasure::hindered ? "another process is reading" : "there was no time");
    if (!store.gather(left()))
      spdlog::warn("a part of the database stays in its log: another process is reading");
  } catch (const std::exception& reason) {
    spdlog::error("a part of the database stays in its log: {}", reason.what());
  }
}

} // namespace parley
