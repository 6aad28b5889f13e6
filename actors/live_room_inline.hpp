// Templates of live_room that its own sources share; nobody else includes this.
#pragma once

#include "actors/errors.hpp"
#include "actors/live_room.hpp"
#include "actors/patience.hpp"

#include <algorithm>
#include <chrono>
#include <type_traits>
#include <utility>

namespace parley {

template <class Step, class Then, class Failed>
void live_room::write(Step step, Then then, Failed failed) {
  auto job = make_write_job(std::move(step));
  // Without a time limit: the writer always answers, and only its answer tells what is stored.
  request(env_->writer, caf::infinite, write_request{job})
    .then([job, then = std::move(then)](finished) mutable { then(job->value()); },
          [failed = std::move(failed)](const caf::error& reason) mutable { failed(to_error_code(reason)); });
}

template <class Step, class Then, class Failed>
void live_room::read(moment until, Step step, Then then, Failed failed) {
  auto job = make_read_job(std::move(step));
  const auto left = std::max<moment::duration>(until - env_->now.steady(), std::chrono::milliseconds(1));
  request(reader(), left, read_request{job})
    .then([job, then = std::move(then)](finished) mutable { then(job->value()); },
          [failed = std::move(failed)](const caf::error& reason) mutable { failed(to_error_code(reason)); });
}

template <class Step, class Failed>
void live_room::in_turn(user_id user, moment until, Step step, Failed failed) {
  if (!lanes_.is_held(user))
    step();
  else if (lanes_.wait(user, until, std::move(step), std::move(failed)))
    wake_at(until);
}

template <class Step, class Then, class Failed>
void live_room::write_holding(user_id user, Step step, Then then, Failed failed) {
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

/// Calls `then` with the value, where there is more than that it succeeded.
template <class T, class Then>
void call_with(storage::result<T>& outcome, Then& then) {
  if constexpr (std::is_void_v<T>)
    then();
  else
    then(*outcome);
}

template <class T, class Step, class Then>
void live_room::decide(user_id user, promise<T> out, Step step, Then then) {
  auto failed = [out](error_code why) mutable { out.deliver(caf::make_error(why)); };
  auto decide_now = [this, user, failed, step = std::move(step), then = std::move(then)]() mutable {
    if (gone_) {
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
void live_room::with_right(user_id user, moment until, Then then, Failed failed) {
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
void live_room::use_right(user_id user, moment until, Then then, Failed failed) {
  if (auto known = rights_.find(user); known != rights_.end()) {
    auto copy = known->second;
    then(copy);
    return;
  }
  lanes_.hold(user);
  read(
    until, [room = room_.id, user](storage::reader& x) { return x.rooms().find_access(room, user); },
    [this, user, then = std::move(then)](auto& found) mutable {
      if (found) {
        // Where a change was committed while the read was under way, what the change left is the truth.
        if (!rights_.contains(user))
          remember(user, right{std::move(found->who), found->banned});
        auto copy = rights_.at(user);
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
