// The public keys of the identity provider, read again and again, for it changes them.
#pragma once

#include "auth/foreign_token.hpp"
#include "config/key_place.hpp"
#include "config/settings.hpp"

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

namespace parley::app {

/// A thread that reads `auth.jwks` every `auth.jwks_seconds`, and soon after a token named a key that is not there.
/// What cannot be read, or is no good, is a line in the log, and the old keys go on.
class key_watch final : public auth::key_source {
public:
  /// However many tokens ask: between two looks at the provider passes this.
  static constexpr std::chrono::seconds between_reads_min{2};

  /// Reads once. Throws std::runtime_error, one line, where a file is no good; a provider that does not answer is
  /// waited for.
  explicit key_watch(const config::auth_settings& s);
  key_watch(const key_watch&) = delete;
  key_watch& operator=(const key_watch&) = delete;
  ~key_watch() override = default;

  std::shared_ptr<const auth::key_set> keys() const override;
  void refresh() override;

private:
  using outcome = tl::expected<auth::key_set, std::string>;

  outcome read(const std::stop_token& until) const;
  void take(outcome x);
  void watch(const std::stop_token& until);

  std::string place_; ///< as written
  config::key_place where_;
  std::chrono::seconds interval_;
  mutable std::mutex mutex_; ///< of what follows
  std::shared_ptr<const auth::key_set> keys_;
  std::string fault_;   ///< told already; empty where the last look was good
  bool wanted_ = false; ///< sooner than the interval says
  std::condition_variable_any woken_;
  std::jthread thread_; // last: it uses all of them
};

} // namespace parley::app
