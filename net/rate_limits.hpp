// How often one address or one user may do a thing: token buckets in bounded memory, one set a node.
#pragma once

#include "actors/ports.hpp"
#include "protocol/time.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace parley::net {

/// What an address is counted as: of IPv6 its network of 64 bits, for a host may take any address of it (RFC 4291
/// §2.5.1), or the IPv4 address that it stands for. Anything else is counted as it is.
std::string counted_as(std::string_view who);

/// `rate` tokens a `period`, at most `burst` of them saved up. Both are at least 1.
struct bucket_rule {
  std::int64_t rate = 1;
  std::chrono::milliseconds period{1000};
  std::int64_t burst = 1;
};

/// One bucket a key. Remembers at most `capacity` keys; the one that was used longest ago is forgotten first.
/// Not thread-safe.
class token_buckets {
public:
  token_buckets(bucket_rule rule, std::size_t capacity);

  /// Takes one token at `now`; where there is none, takes nothing and says how long to wait for the next.
  std::optional<std::chrono::milliseconds> take(std::string_view key, moment now);

  std::size_t size() const { return index_.size(); }

private:
  using instant = std::chrono::time_point<even_clock, std::chrono::nanoseconds>;

  // A bucket is one instant: when it will be full again. It holds a token while that is near enough.
  struct bucket {
    std::string key;
    instant full_at;
  };

  std::chrono::nanoseconds a_token_;
  std::chrono::nanoseconds all_tokens_;
  std::size_t capacity_;
  std::list<bucket> recent_; // the latest used first
  std::unordered_map<std::string_view, std::list<bucket>::iterator> index_;
};

/// The rates of one node.
struct rate_rules {
  bool on = true; ///< false: nothing is limited
  std::int64_t logins_per_minute = 5;
  std::int64_t registrations_per_minute = 5;
  std::int64_t messages_per_second = 20; ///< a user, with a burst of twice as many
  std::int64_t joins_per_second = 20;    ///< a user
  std::int64_t frames_per_second = 60;   ///< a user, over WebSocket
};

/// The limits of one node. Addresses of one IPv6 network of 64 bits count as one.
class rate_limits final : public rate_limiter {
public:
  /// What all guests of one address may do together, in guests.
  static constexpr std::int64_t crowd = 10;

  explicit rate_limits(const rate_rules& rules, std::size_t capacity = 65'536);

  std::optional<std::chrono::milliseconds> take(limited_act act, std::string_view who, moment now) override;

private:
  struct guarded_buckets {
    std::mutex mutex;
    token_buckets buckets;

    guarded_buckets(bucket_rule rule, std::size_t capacity) : buckets(rule, capacity) {}
  };

  bool on_;
  std::array<guarded_buckets, limited_acts> acts_; // by limited_act
};

} // namespace parley::net
