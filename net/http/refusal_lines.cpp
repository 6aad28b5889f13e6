#include "net/http/refusal_lines.hpp"

#include "net/http/access_log.hpp"
#include "net/rate_limits.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <utility>

namespace parley::net {

void refusal_lines::failed_login(std::string_view address, error_code why, std::optional<user_id> user) {
  if (!may_write(address))
    return;
  const auto whose = user ? fmt::format("user {}", user->value) : std::string("no such user");
  spdlog::info("failed login from {}: {}, {}", printable(address), name(why), whose);
}

void refusal_lines::refused_token(std::string_view address, error_code why, std::string_view where) {
  if (may_write(address))
    spdlog::info("refused token from {}: {}, {}", printable(address), name(why), where);
}

bool refusal_lines::may_write(std::string_view address) {
  if (!spdlog::should_log(spdlog::level::info))
    return false;
  std::size_t left_out = 0;
  bool may = false;
  {
    const std::lock_guard lock(mutex_);
    if (const auto now = now_(); now >= ends_at_) {
      ends_at_ = now + std::chrono::minutes(1);
      written_.clear();
      written_in_all_ = 0;
      left_out = std::exchange(left_out_, 0);
    }
    may = written_in_all_ < lines_in_all;
    if (may) {
      auto& of_this = written_[counted_as(address)];
      may = of_this < lines_of_an_address;
      of_this += may ? 1 : 0;
    }
    written_in_all_ += may ? 1 : 0;
    left_out_ += may ? 0 : 1;
  }
  if (left_out > 0)
    spdlog::info("{} more refusals are not in the log: too many in a minute", left_out);
  return may;
}

} // namespace parley::net
