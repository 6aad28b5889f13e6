// The gate in front of the database writer: the one who bounds how much waits there, and how long.
#pragma once

#include "actors/interfaces/database.hpp"
#include "actors/pinned.hpp"

#include <caf/typed_response_promise.hpp>

#include <deque>
#include <functional>

namespace parley {

/// The writer blocks while it commits, so its mailbox cannot refuse anything; this actor never blocks. It hands changes
/// on at once and in their order, and refuses new ones with `rate_limited` while
///  - `entry_limit` entries or `byte_limit` bytes of messages are not committed,
///  - the oldest of them has waited for `write_patience`, or
///  - the node's place on the database is in doubt.
/// What it handed on is answered by the writer, whenever that is. How far the writer is, it asks every `resolution`,
/// and more often where much waits: what was committed since counts until then.
class write_gate final : public pinned<write_gate_actor> {
public:
  static constexpr std::size_t entry_limit = 65'536;
  static constexpr std::size_t byte_limit = std::size_t{64} * 1024 * 1024; ///< of the messages' contents
  static constexpr std::chrono::milliseconds resolution{250};

  /// `suspended`, if there is one, tells whether the node's place is in doubt.
  write_gate(caf::actor_config& cfg, pin where, committer_actor writer, time_source now,
             std::function<bool()> suspended = nullptr)
    : pinned(cfg, where), writer_(std::move(writer)), now_(std::move(now)), suspended_(std::move(suspended)) {}

  const char* name() const override { return "write_gate"; }

protected:
  behavior_type make_behavior() override;
  void on_exit() override;

private:
  /// What was handed on within one `resolution`.
  struct span {
    moment since{};
    std::uint64_t last = 0; ///< the number of its last entry
    std::size_t bytes = 0;
  };

  /// Takes note of an entry that is to be handed on. False if it is refused.
  bool admit(std::size_t bytes);
  std::size_t uncommitted() const { return static_cast<std::size_t>(handed_on_ - figures_.answered); }
  moment::duration age(moment now) const { return spans_.empty() ? moment::duration(0) : now - spans_.front().since; }
  /// The same, as far as it is known: that the gate itself was not run for a while, says nothing of the writer.
  moment::duration known_age(moment now) const {
    return age(asking_ && now - asked_at_ >= resolution ? now : learned_at_);
  }
  void ask_how_far();
  void learn(const writer_figures& x);
  void expect_tick();
  caf::typed_response_promise<writer_figures> tell_figures();

  committer_actor writer_;
  time_source now_;
  std::function<bool()> suspended_;
  std::deque<span> spans_; ///< that are not all committed, oldest first
  std::uint64_t handed_on_ = 0;
  std::size_t bytes_ = 0; ///< of `spans_`
  std::uint64_t refused_ = 0;
  writer_figures figures_; ///< as the writer last told
  moment learned_at_{};
  bool asking_ = false; ///< the writer has not answered yet
  moment asked_at_{};
  bool ticking_ = false;
};

} // namespace parley
