// The database writer: the one connection that changes anything, many requests a transaction.
#pragma once

#include "actors/erasure_duty.hpp"
#include "actors/interfaces/database.hpp"
#include "actors/outage.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace parley {

/// Group commit: a batch is what queued while the last one was committed; no timer. Every answer comes after its
/// commit. How much may wait is the business of the `write_gate` in front. Runs detached, on its own thread; in tests
/// on the deterministic scheduler.
class db_writer final : public committer_actor::base {
public:
  static constexpr std::size_t batch_limit = 512; ///< entries of one transaction

  /// `erasure_pause`: from a change that removes something to its erasure from the database's files.
  db_writer(caf::actor_config& cfg, std::unique_ptr<storage::writer> store,
            erasure_duty::duration erasure_pause = erasure_duty::default_pause)
    : base(cfg), store_(std::move(store)), duty_(erasure_pause) {}

  const char* name() const override { return "db_writer"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  using base = committer_actor::base;

  struct job_entry {
    write_job job;
    caf::typed_response_promise<finished> promise;
    bool failed = false;
  };
  using entry = std::variant<append_message, job_entry>;

  void put(entry what);
  void flush_queue();
  void commit_batch();
  bool holds_jobs() const;
  void run_batch();
  void keep(std::vector<storage::result<storage::appended>> results);
  void answer_batch();
  void refuse_batch(error_code why);
  void erase_after(std::optional<erasure_duty::duration> pause);

  std::unique_ptr<storage::writer> store_;
  std::vector<entry> queue_;
  // These serve one batch and keep their memory for the next: blocks of this size make malloc tidy up each time.
  std::vector<entry> batch_;
  std::vector<storage::message_draft> drafts_;
  std::vector<storage::result<storage::appended>> appended_;
  std::chrono::steady_clock::time_point waiting_since_; ///< of the queue's first entry
  writer_figures figures_;
  outage outage_;
  erasure_duty duty_;
};

} // namespace parley
