// The disk of a simulated world: it fails, is slow, or says that it failed when it did not. Also what a planted fault
// does.
#include "tests/sim/world.hpp"

#include <algorithm>
#include <utility>

namespace parley::sim {

void world::on_frame(link& to, const heard& what) {
  const bool comes = what.what == word::room_joined || what.what == word::established || what.what == word::user_join;
  const auto room = to.shape() == wire_shape::flat ? to.places.begin()->first : what.room;
  const bool was_inside = comes && to.places[room].joined;
  witness_.on_frame(to, what);
  if (comes && !was_inside && to.places[room].joined)
    note_entry(to, room);
  if (plant_ == plant::hoarded_frame && what.what == word::typing)
    hoard_.push_back(what.bytes);
  if (plant_ != plant::deaf_hub || to.shape() != wire_shape::envelope)
    return;
  if (what.what == word::room_left && what.request == 0)
    for (const auto& x : links_)
      if (x.get() == &to)
        removed_.emplace_back(x, what.room);
  const bool of_a_room = what.what == word::room_message || what.what == word::presence || what.what == word::typing;
  if (of_a_room && to.places[what.room].joined)
    for (const auto& [way, room] : removed_)
      if (room == what.room && way->is_open() && !way->places[room].joined)
        way->send(what.bytes);
}

/// What it need not be told of who is in the room, and what it must be.
void world::note_entry(link& to, room_id room) {
  auto& here = to.places[room];
  here.entered_at = asked_in_;
  for (const auto& x : links_)
    if (const auto at = x->places.find(room); x->is_open() && at != x->places.end() && at->second.joined &&
                                              !x->asked_out.contains(room) && !witness_.has_left_once(room, x->user))
      here.company.insert(x->user);
}

void world::before_call(test::store_call what) {
  if (dead_)
    throw storage::storage_error("the process is gone");
  if (what == test::store_call::begin)
    uncover();
  if (plant_ == plant::shut_writer && call_failed_ && what == test::store_call::append)
    throw storage::storage_error("refused for ever");
  if (healed_)
    return;
  const auto share = [&] {
    switch (what) {
    case test::store_call::begin:
    case test::store_call::append:
      return plan_.failing_begins;
    case test::store_call::commit:
      return plan_.failing_commits;
    case test::store_call::savepoint:
      return plan_.failing_jobs;
    case test::store_call::read:
      break;
    }
    return plan_.failing_reads;
  }();
  if (share == 0 || !fate_.chance(share))
    return;
  trace_.line("the disk fails in call {}", static_cast<int>(what));
  call_failed_ = true;
  throw storage::storage_error("the disk fails");
}

void world::after_commit() {
  const auto& now = disk_.committed;
  trace_.line("the disk commits: {} messages, {} members, {} changes of is_active, the last {}", now.messages.size(),
              now.members.size(), now.activity.size(), !now.activity.empty() && now.activity.back().second);
  const bool told = healed_ || plan_.ghosts == 0 || !fate_.chance(plan_.ghosts);
  if (plant_ == plant::swapped_messages) {
    auto& all = disk_.committed.messages;
    if (const auto n = all.size();
        n >= 2 && all[n - 2].id > truth_.last(all[n - 2].room) && all[n - 1].room == all[n - 2].room) {
      std::swap(all[n - 2].id, all[n - 1].id);
      std::swap(all[n - 2], all[n - 1]);
    }
  }
  if (plant_ == plant::stale_activity && call_failed_ &&
      disk_.committed.activity.size() > stored_before_.activity.size())
    disk_.committed.activity.resize(stored_before_.activity.size());
  if (plant_ == plant::early_answer && node_ != nullptr)
    withheld_ = std::exchange(disk_.committed, stored_before_);
  else
    truth_.on_commit(disk_.committed, told);
  if (plant_ == plant::stale_activity || plant_ == plant::early_answer)
    stored_before_ = disk_.committed;
  if (!told) {
    trace_.line("the disk has committed, and says that it failed");
    throw storage::storage_error("the disk does not know");
  }
  take_your_time();
}

test::lost world::lose_some() {
  if (healed_ || plan_.lost_answers == 0 || !fate_.chance(plan_.lost_answers))
    return test::lost::nothing;
  const auto what = fate_.chance(50) ? test::lost::question : test::lost::answer;
  trace_.line("the connection to the disk breaks, and the {} is lost",
              what == test::lost::answer ? "answer" : "question");
  take_your_time();
  return what;
}

void world::fence() {
  if (plant_ != plant::no_fence)
    disk_.fence();
}

/// What a node that ends was about to store, it may have been frozen in: it comes later.
void world::freeze(std::span<const storage::message_draft> drafts) {
  if (dead_ && plan_.takeovers > 0)
    late_.insert(late_.end(), drafts.begin(), drafts.end());
}

void world::thaw() {
  trace_.line("a node that was followed by another one stores {} messages", late_.size());
  const auto drafts = std::exchange(late_, {});
  try {
    (void)frozen_->store(drafts);
  } catch (const storage::storage_error&) {
    frozen_->rollback();
  }
}

/// Ids behind those of the node before the last one, of which others have been given out since.
void world::take_block() {
  constexpr std::int64_t size = 100'000;
  const auto block = life_ % 2 == 0 ? size : std::int64_t{1};
  auto next = block;
  for (const auto& x : disk_.committed.messages)
    if ((x.id.value >= size) == (block >= size))
      next = std::max(next, x.id.value + 1);
  disk_.committed.take_ids_from(message_id{next});
}

/// Everybody else goes on while the disk is busy.
void world::take_your_time() {
  if (!healed_ && plan_.slow_calls > 0 && fate_.chance(plan_.slow_calls))
    stage_.run(fate_, fate_.below(plan_.spread + 1));
}

/// What was said to be stored is so at last.
void world::uncover() {
  if (!withheld_)
    return;
  disk_.committed = std::move(*std::exchange(withheld_, std::nullopt));
  stored_before_ = disk_.committed;
  truth_.on_commit(disk_.committed, true);
}

} // namespace parley::sim
