#include "net/rate_limits.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cassert>
#include <netinet/in.h>

namespace parley::net {

std::string counted_as(std::string_view who) {
  in6_addr address{};
  const std::string text(who.substr(0, who.find('%'))); // without the zone
  if (inet_pton(AF_INET6, text.c_str(), &address) != 1)
    return std::string(who);
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (IN6_IS_ADDR_V4MAPPED(&address))
    return inet_ntop(AF_INET, &address.s6_addr[12], out.data(), out.size());
  std::fill(std::begin(address.s6_addr) + 8, std::end(address.s6_addr), std::uint8_t{0});
  return std::string(inet_ntop(AF_INET6, &address, out.data(), out.size())).append("/64");
}

token_buckets::token_buckets(bucket_rule rule, std::size_t capacity)
  : a_token_(std::chrono::nanoseconds(rule.period) / rule.rate), all_tokens_(a_token_ * rule.burst),
    capacity_(capacity) {
  assert(rule.rate >= 1 && rule.burst >= 1 && capacity >= 1);
}

std::optional<std::chrono::milliseconds> token_buckets::take(std::string_view key, moment now) {
  const instant present = now;
  auto found = index_.find(key);
  if (found == index_.end()) {
    if (index_.size() == capacity_) {
      index_.erase(recent_.back().key);
      recent_.pop_back();
    }
    recent_.push_front({std::string(key), present});
    found = index_.emplace(recent_.front().key, recent_.begin()).first;
  } else {
    recent_.splice(recent_.begin(), recent_, found->second);
  }
  auto& full_at = found->second->full_at;
  full_at = std::max(full_at, present);
  const auto next = full_at + a_token_;
  if (next > present + all_tokens_)
    return std::chrono::ceil<std::chrono::milliseconds>(next - present - all_tokens_);
  full_at = next;
  return std::nullopt;
}

rate_limits::rate_limits(const rate_rules& rules, std::size_t capacity)
  : on_(rules.on),
    acts_{
      {{{rules.logins_per_minute, std::chrono::minutes(1), rules.logins_per_minute}, capacity},
       {{rules.registrations_per_minute, std::chrono::minutes(1), rules.registrations_per_minute}, capacity},
       {{rules.messages_per_second, std::chrono::seconds(1), 2 * rules.messages_per_second}, capacity},
       {{rules.joins_per_second, std::chrono::seconds(1), rules.joins_per_second}, capacity},
       {{rules.frames_per_second, std::chrono::seconds(1), rules.frames_per_second}, capacity},
       {{crowd * rules.messages_per_second, std::chrono::seconds(1), 2 * crowd * rules.messages_per_second}, capacity},
       {{crowd * rules.joins_per_second, std::chrono::seconds(1), crowd * rules.joins_per_second}, capacity},
       {{crowd * rules.frames_per_second, std::chrono::seconds(1), crowd * rules.frames_per_second}, capacity}}} {}

std::optional<std::chrono::milliseconds> rate_limits::take(limited_act act, std::string_view who, moment now) {
  if (!on_)
    return std::nullopt;
  auto& chosen = acts_.at(static_cast<std::size_t>(act));
  const std::lock_guard lock(chosen.mutex);
  return who.find(':') == std::string_view::npos ? chosen.buckets.take(who, now)
                                                 : chosen.buckets.take(counted_as(who), now);
}

} // namespace parley::net
