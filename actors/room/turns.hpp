// What users ask of a room: one thing after another for each of them, with its right, in a transaction.
#pragma once

#include "actors/room/completion.hpp"
#include "actors/room/options.hpp"
#include "actors/room/port.hpp"
#include "actors/room/rights.hpp"
#include "actors/user_lanes.hpp"

#include <type_traits>
#include <utility>

namespace parley {

/// The room's row, as it is stored.
struct room_row {
  room value;
  std::int64_t revision = 0; ///< how often messages of it were edited or deleted, as far as the room was told
  bool is_dissolved = false; ///< the actor answers `room_not_found` until the directory ends it
};

/// Calls `then` with the value, if there is more than that it succeeded.
template <class T, class Then>
void call_with(storage::result<T>& outcome, Then& then) {
  if constexpr (std::is_void_v<T>)
    then();
  else
    then(*outcome);
}

/// Whatever needs an answer from the database holds its user's lane until it has come; nobody else waits for it.
class user_turns {
public:
  user_turns(room_port& port, const room_options& options, const room_row& row, rights& known)
    : port_(port), options_(options), row_(row), rights_(known) {}

  /// When an asker of now is told that it takes too long.
  moment answer_due() const;

  /// Runs `step` in the user's lane, or calls `failed` if it still waits at `until`, or if too much does.
  template <class Step, class Failed>
  void in_turn(user_id user, moment until, Step step, Failed failed) {
    if (!lanes_.is_held(user))
      step();
    else if (lanes_.wait(user, until, std::move(step), std::move(failed)))
      port_.wake_at(until);
  }
  /// Runs `step` in the user's lane, however long it has to wait there.
  template <class Step>
  void run(user_id user, Step step) {
    lanes_.run(user, std::move(step));
  }
  /// As in `user_lanes`.
  void hold(user_id user) { lanes_.hold(user); }
  void release(user_id user) { lanes_.release(user); }
  bool empty() const { return lanes_.empty(); }
  /// Refuses what has waited for too long. Returns when to call again; `moment::max()` for never.
  moment expire() { return lanes_.expire(options_.now.steady()); }

  /// The user's right if it is known and nothing of the user's is to be waited for; else null. Good until something
  /// else is remembered.
  const right* right_at_hand(user_id user) const { return lanes_.is_held(user) ? nullptr : rights_.find(user); }
  /// Calls `then` with the user's right, in the user's lane; `failed` if neither has come by `until`.
  template <class Then, class Failed>
  void with_right(user_id user, moment until, Then then, Failed failed);

  /// Runs a read job; `then` gets its value, `failed` a code: `rate_limited` at `until`.
  template <class Step, class Then, class Failed>
  void read(moment until, Step step, Then then, Failed failed) {
    auto job = make_read_job(std::move(step));
    port_.read(
      until, job, [job, then = std::move(then)]() mutable { then(job->value()); }, std::move(failed));
  }
  /// Runs a write job; `then` gets its value after the commit, `failed` a code. However long that takes.
  template <class Step, class Then, class Failed>
  void write(Step step, Then then, Failed failed) {
    auto job = make_write_job(std::move(step));
    port_.write(
      job, [job, then = std::move(then)]() mutable { then(job->value()); }, std::move(failed));
  }
  /// As `write`, from within a step of the user's lane: what comes next for the user waits for the answer.
  template <class Step, class Then, class Failed>
  void write_holding(user_id user, Step step, Then then, Failed failed);

  /// What somebody asked of the room, in the lane of `user`: `step` checks and does it in one transaction and gives a
  /// storage::result. After the commit `then` gets its value; an error goes to `out`.
  template <class T, class Step, class Then>
  void decide(user_id user, completion<T> out, Step step, Then then);

private:
  template <class Then, class Failed>
  void use_right(user_id user, moment until, Then then, Failed failed);

  room_port& port_;
  const room_options& options_;
  const room_row& row_;
  rights& rights_;
  user_lanes lanes_;
};

template <class Step, class Then, class Failed>
void user_turns::write_holding(user_id user, Step step, Then then, Failed failed) {
  lanes_.hold(user);
  write(
    std::move(step),
    [this, user, then = std::move(then)](auto& value) mutable {
      then(value);
      lanes_.release(user);
    },
    [this, user, failed = std::move(failed)](error_code why) mutable {
      failed(why);
      lanes_.release(user);
    });
}

template <class T, class Step, class Then>
void user_turns::decide(user_id user, completion<T> out, Step step, Then then) {
  auto failed = [out = std::move(out)](error_code why) { out(tl::unexpected(why)); };
  auto decide_now = [this, user, failed, step = std::move(step), then = std::move(then)]() mutable {
    if (row_.is_dissolved) {
      failed(error_code::room_not_found);
      return;
    }
    auto settle = [failed, then = std::move(then)](auto& outcome) mutable {
      if (!outcome)
        failed(outcome.error());
      else
        call_with(outcome, then);
    };
    write_holding(user, std::move(step), std::move(settle), failed);
  };
  in_turn(user, answer_due(), std::move(decide_now), failed);
}

template <class Then, class Failed>
void user_turns::with_right(user_id user, moment until, Then then, Failed failed) {
  if (!lanes_.is_held(user)) {
    use_right(user, until, std::move(then), std::move(failed));
    return;
  }
  auto step = [this, user, until, then = std::move(then), failed]() mutable {
    use_right(user, until, std::move(then), std::move(failed));
  };
  in_turn(user, until, std::move(step), std::move(failed));
}

template <class Then, class Failed>
void user_turns::use_right(user_id user, moment until, Then then, Failed failed) {
  if (const auto* known = rights_.find(user)) {
    const auto copy = *known; // `then` may change what is remembered
    then(copy);
    return;
  }
  lanes_.hold(user);
  read(
    until, [room = row_.value.id, user](storage::reader& x) { return x.rooms().find_access(room, user); },
    [this, user, then = std::move(then)](auto& found) mutable {
      if (found) {
        // If a change was committed while the read was under way, what the change left is the truth.
        if (rights_.find(user) == nullptr)
          rights_.learn(user, std::move(found->who), found->banned);
        const auto copy = *rights_.find(user);
        then(copy);
      } else {
        then(right{});
      }
      lanes_.release(user);
    },
    [this, user, failed = std::move(failed)](error_code why) mutable {
      failed(why);
      lanes_.release(user);
    });
}

} // namespace parley
