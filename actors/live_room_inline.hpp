// Templates of live_room that its own sources share; nobody else includes this.
#pragma once

#include "actors/errors.hpp"
#include "actors/live_room.hpp"

#include <chrono>
#include <utility>

namespace parley {

/// How long the database may take; then the request has failed.
inline constexpr std::chrono::seconds database_patience{30};

template <class Step, class Then, class Failed>
void live_room::write(Step step, Then then, Failed failed) {
  auto job = make_write_job(std::move(step));
  request(env_->writer, database_patience, write_request{job})
    .then([job, then = std::move(then)](finished) mutable { then(job->value()); },
          [failed = std::move(failed)](const caf::error& reason) mutable { failed(to_error_code(reason)); });
}

template <class Then, class Failed>
void live_room::with_right(user_id user, Then then, Failed failed) {
  lanes_.run(user, [this, user, then = std::move(then), failed = std::move(failed)]() mutable {
    if (auto known = rights_.find(user); known != rights_.end()) {
      auto copy = known->second;
      then(copy);
      return;
    }
    lanes_.hold(user);
    auto job = make_read_job([room = room_.id, user](storage::reader& x) { return x.find_access(room, user); });
    request(reader(), database_patience, read_request{job})
      .then(
        [this, user, job, then](finished) mutable {
          if (auto& found = job->value()) {
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
        [this, user, failed](const caf::error& reason) mutable {
          failed(to_error_code(reason));
          lanes_.release(user);
        });
  });
}

} // namespace parley
