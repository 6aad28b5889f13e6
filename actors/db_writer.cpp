#include "actors/db_writer.hpp"

#include "protocol/overloaded.hpp"

#include <caf/actor_cast.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

namespace parley {

namespace {

/// Sends outcomes to rooms: one message a room and turn, in the order of its drafts.
class outcome_sorter {
public:
  void add(const room_actor& room, std::uint64_t ticket, storage::result<storage::appended> value) {
    auto [known, fresh] = index_.try_emplace(caf::actor_cast<caf::actor_control_block*>(room), rooms_.size());
    if (fresh)
      rooms_.emplace_back(room, committed{});
    rooms_[known->second].second.outcomes.push_back({ticket, std::move(value)});
  }

  void send_from(db_writer& self) {
    for (auto& [room, outcomes] : rooms_)
      self.send(room, std::move(outcomes));
    rooms_.clear();
    index_.clear();
  }

private:
  std::vector<std::pair<room_actor, committed>> rooms_;
  std::unordered_map<caf::actor_control_block*, std::size_t> index_; // of rooms_
};

} // namespace

db_writer::behavior_type db_writer::make_behavior() {
  erase_after(duty_.due(*store_, std::chrono::steady_clock::now()));
  return {
    [this](append_message& x) { put(std::move(x)); },
    [this](write_request& x) -> caf::typed_response_promise<finished> {
      auto promise = make_response_promise<finished>();
      put(job_entry{std::move(x.job), promise});
      return promise;
    },
    [this](const get_writer_figures&) {
      auto out = figures_;
      out.queued = queue_.size();
      return out;
    },
    [this](const flush&) { flush_queue(); },
    [this](const tick&) { erase_after(duty_.work(*store_, std::chrono::steady_clock::now())); },
  };
}

void db_writer::on_exit() {
  while (!queue_.empty())
    flush_queue(); // an exit overtakes the flush that was asked for
  duty_.finish(*store_);
  store_.reset();
}

void db_writer::put(entry what) {
  // The first of a batch asks for the flush; what comes before the flush is handled rides along.
  if (queue_.empty()) {
    send(this, flush{});
    waiting_since_ = std::chrono::steady_clock::now();
  }
  queue_.push_back(std::move(what));
}

void db_writer::flush_queue() {
  const auto now = std::chrono::steady_clock::now();
  figures_.mailbox.add(now - waiting_since_);
  waiting_since_ = now; // for what is left
  if (queue_.size() <= batch_limit) {
    batch_.swap(queue_);
  } else {
    auto end = queue_.begin() + batch_limit;
    batch_.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
    send(this, flush{});
  }
  commit_batch();
  figures_.answered += batch_.size();
  batch_.clear();
  drafts_.clear();
  appended_.clear();
  if (batch_.capacity() > 2 * batch_limit)
    batch_.shrink_to_fit(); // of a backlog
}

void db_writer::commit_batch() {
  const auto begun = std::chrono::steady_clock::now();
  try {
    if (holds_jobs()) {
      store_->begin();
      run_batch();
      store_->commit();
    } else {
      for (auto& what : batch_)
        drafts_.push_back(std::move(std::get<append_message>(what).draft));
      keep(store_->store(drafts_));
    }
  } catch (const std::exception& reason) {
    outage_.fail(batch_.size(), reason.what(), std::chrono::steady_clock::now());
    store_->rollback();
    ++figures_.failures;
    refuse_batch(error_code::internal);
    return;
  }
  ++figures_.commits;
  const auto ended = std::chrono::steady_clock::now();
  figures_.commit.add(ended - begun);
  outage_.end(ended);
  answer_batch();
  erase_after(duty_.due(*store_, ended));
}

void db_writer::erase_after(std::optional<erasure_duty::duration> pause) {
  if (pause)
    delayed_send(this, *pause, tick{});
}

bool db_writer::holds_jobs() const {
  return std::ranges::any_of(batch_, [](const entry& x) { return std::holds_alternative<job_entry>(x); });
}

void db_writer::keep(std::vector<storage::result<storage::appended>> results) {
  std::move(results.begin(), results.end(), std::back_inserter(appended_));
}

void db_writer::run_batch() {
  auto append_gathered = [&] {
    if (drafts_.empty())
      return;
    keep(store_->messages().append(drafts_));
    drafts_.clear();
  };
  for (auto& what : batch_) {
    if (auto* message = std::get_if<append_message>(&what)) {
      drafts_.push_back(std::move(message->draft));
      continue;
    }
    append_gathered(); // what came before the job is stored before it
    auto& job = std::get<job_entry>(what);
    try {
      store_->guarded([&] { job.job->run(*store_); });
    } catch (const std::exception& reason) {
      spdlog::error("write failed: {}", reason.what());
      job.failed = true;
    }
  }
  append_gathered();
}

void db_writer::answer_batch() {
  outcome_sorter outcomes;
  auto next = appended_.begin();
  for (auto& what : batch_)
    std::visit(overloaded{
                 [&](append_message& x) {
                   figures_.messages += next->has_value() && !(*next)->repeated ? 1 : 0;
                   outcomes.add(x.room, x.ticket, std::move(*next++));
                 },
                 [&](job_entry& x) {
                   // A room hears of what it asked for in the order in which it was done: who became a member behind a
                   // message does not hear it as one who was there.
                   outcomes.send_from(*this);
                   if (x.failed)
                     x.promise.deliver(caf::make_error(error_code::internal));
                   else
                     x.promise.deliver(finished{});
                 },
               },
               what);
  outcomes.send_from(*this);
}

void db_writer::refuse_batch(error_code why) {
  outcome_sorter outcomes;
  for (auto& what : batch_)
    std::visit(overloaded{
                 [&](append_message& x) { outcomes.add(x.room, x.ticket, tl::unexpected(why)); },
                 [&](job_entry& x) { x.promise.deliver(caf::make_error(why)); },
               },
               what);
  outcomes.send_from(*this);
}

} // namespace parley
