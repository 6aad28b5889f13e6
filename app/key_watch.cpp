#include "app/key_watch.hpp"

#include "app/http_get.hpp"

#include <spdlog/spdlog.h>

#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>
#include <utility>

namespace parley::app {

namespace {

constexpr std::chrono::seconds provider_patience{5};

tl::expected<std::string, std::string> read_file(const std::string& path) {
  errno = 0;
  std::ifstream in(path, std::ios::binary);
  std::string out(auth::key_set::text_bytes_max + 1, '\0'); // one more than is taken
  in.read(out.data(), static_cast<std::streamsize>(out.size()));
  if (!in.is_open() || in.bad())
    return tl::unexpected("cannot be read: " + std::generic_category().message(errno));
  out.resize(static_cast<std::size_t>(in.gcount()));
  return out;
}

} // namespace

key_watch::key_watch(const config::auth_settings& s)
  : place_(s.jwks), where_(config::parse_key_place(s.jwks).value()), interval_(s.jwks_seconds) {
  auto first = read({});
  if (!first && !where_.file.empty())
    throw std::runtime_error("auth.jwks: " + place_ + ": " + first.error());
  take(std::move(first));
  thread_ = std::jthread([this](const std::stop_token& until) { watch(until); });
}

std::shared_ptr<const auth::key_set> key_watch::keys() const {
  const std::lock_guard lock(mutex_);
  return keys_;
}

void key_watch::refresh() {
  const std::lock_guard lock(mutex_);
  wanted_ = true;
  woken_.notify_all();
}

key_watch::outcome key_watch::read(const std::stop_token& until) const {
  const auto text = where_.file.empty() ? http_get(where_, provider_patience, auth::key_set::text_bytes_max, until)
                                        : read_file(where_.file);
  if (!text)
    return tl::unexpected(text.error());
  return auth::key_set::parse(*text);
}

void key_watch::take(outcome x) {
  const std::lock_guard lock(mutex_);
  if (!x) {
    if (fault_ != x.error())
      spdlog::error("auth.jwks: {}: {}; {}", place_, x.error(),
                    keys_ ? "the keys that were read before go on" : "its tokens are refused until there are keys");
    fault_ = x.error();
    return;
  }
  if (keys_ && keys_->same_as(*x) && fault_.empty())
    return; // and what was checked by them stays known
  spdlog::info("auth.jwks: {}: {} keys", place_, x->size());
  fault_.clear();
  keys_ = std::make_shared<const auth::key_set>(std::move(*x));
}

void key_watch::watch(const std::stop_token& until) {
  while (!until.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      woken_.wait_for(lock, until, between_reads_min, [] { return false; });
      const auto rest = fault_.empty() ? interval_ - between_reads_min : std::chrono::seconds(0);
      woken_.wait_for(lock, until, rest, [this] { return wanted_; });
      wanted_ = false; // who asks from here on may know of keys that this look misses
    }
    if (!until.stop_requested())
      take(read(until));
  }
}

} // namespace parley::app
