// A server's row in `nodes`, kept alive by beats.
#pragma once

#include "storage/ports.hpp"
#include "storage/ports/nodes.hpp"
#include "storage/postgres/writer_name.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace parley::storage::postgres {

/// Declares the server of that row dead: from here on nothing of it can be committed. False where it has beaten since.
bool fence(PGconn* conn, std::int64_t node, std::int64_t beats);

/// On a thread and a connection of its own. One server serves a database, or several that each joined the others by a
/// name: who comes later to a place is refused, or takes that of one that is dead, from whose row on nothing of that
/// one can be committed.
class postgres_lease final : public lease {
public:
  static constexpr std::chrono::milliseconds between_beats{300};
  /// A server whose beats stood still for so long is dead to others.
  static constexpr std::chrono::milliseconds term{1500};
  /// Without a beat that succeeded for so long, this one takes its place for doubtful: sooner than others may take it.
  static constexpr std::chrono::milliseconds certainty{1200};

  /// Joins: alone, or by the `wish`. Throws `storage_error` where another server has the place and is alive, or those
  /// of the wish are not of one kind with this one. `lost` is called once, on the thread of the beats, where this one
  /// was declared dead.
  postgres_lease(std::string address, std::shared_ptr<writer_name> name, const std::optional<node_wish>& wish,
                 std::function<void()> lost);
  ~postgres_lease() override;

  postgres_lease(const postgres_lease&) = delete;
  postgres_lease& operator=(const postgres_lease&) = delete;

  bool is_fenced() const override { return name_->fenced; }
  bool is_suspended() const override {
    return is_fenced() || std::chrono::steady_clock::now() - held_at_.load() > certainty;
  }

  std::chrono::nanoseconds beat_time() const override { return beat_took_.load(); }

private:
  class line;

  void beat(const std::stop_token& until);

  std::string address_;
  std::shared_ptr<writer_name> name_;
  std::function<void()> lost_;
  std::unique_ptr<line> line_;
  /// When the last beat that succeeded was sent: at that time the place was this one's. A clock that goes on while the
  /// process is stopped.
  std::atomic<std::chrono::steady_clock::time_point> held_at_;
  std::atomic<std::chrono::nanoseconds> beat_took_{};
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread thread_; ///< last: it uses all of the above
};

} // namespace parley::storage::postgres
