// A server's row in `nodes`, kept alive by beats.
#pragma once

#include "storage/ports.hpp"
#include "storage/postgres/writer_name.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace parley::storage::postgres {

/// On a thread and a connection of its own. One server serves a database: who comes later is refused, or takes the
/// place of one that is dead, from whose row on nothing of that one can be committed.
class postgres_lease final : public lease {
public:
  static constexpr std::chrono::milliseconds between_beats{300};
  /// A server whose beats stood still for so long is dead to others.
  static constexpr std::chrono::milliseconds term{1500};

  /// Joins. Throws `storage_error` where another server is alive. `lost` is called once, on the thread of the beats,
  /// where this one was declared dead.
  postgres_lease(std::string address, std::shared_ptr<writer_name> name, std::function<void()> lost);
  ~postgres_lease() override;

  postgres_lease(const postgres_lease&) = delete;
  postgres_lease& operator=(const postgres_lease&) = delete;

  bool is_fenced() const override { return name_->fenced; }

private:
  class line;

  void beat(const std::stop_token& until);

  std::string address_;
  std::shared_ptr<writer_name> name_;
  std::function<void()> lost_;
  std::unique_ptr<line> line_;
  std::mutex mutex_;
  std::condition_variable_any ended_;
  std::jthread thread_; ///< last: it uses all of the above
};

} // namespace parley::storage::postgres
