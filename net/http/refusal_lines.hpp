// The lines of refusals, as they stand in the log.
#pragma once

#include "actors/refusals.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <mutex>
#include <string>
#include <unordered_map>

namespace parley::net {

/// Writes to the default logger, at `info`. What an address has beyond its share of a minute, and all addresses
/// together beyond theirs, is counted instead; the first line of the next minute comes after one that tells how many.
class refusal_lines final : public refusal_log {
public:
  static constexpr std::size_t lines_of_an_address = 60; ///< a minute; addresses of one IPv6 network of 64 bits are one
  static constexpr std::size_t lines_in_all = 6000;      ///< a minute

  using clock = std::chrono::steady_clock;

  explicit refusal_lines(std::function<clock::time_point()> now = clock::now) : now_(std::move(now)) {}

  void failed_login(std::string_view address, error_code why, std::optional<user_id> user) override;
  void refused_token(std::string_view address, error_code why, std::string_view where) override;

private:
  /// Counts one; false if it is one too many.
  bool may_write(std::string_view address);

  std::function<clock::time_point()> now_;
  std::mutex mutex_;
  clock::time_point ends_at_{}; ///< the minute at hand
  std::unordered_map<std::string, std::size_t> written_;
  std::size_t written_in_all_ = 0;
  std::size_t left_out_ = 0;
};

} // namespace parley::net
