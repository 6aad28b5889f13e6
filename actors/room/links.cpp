#include "actors/room/links.hpp"

#include "actors/errors.hpp"
#include "actors/patience.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace parley {

void room_links::to_audience(const audience_actor& outlet, attach_listener what) {
  self_.send(outlet, std::move(what));
}

void room_links::to_audience(const audience_actor& outlet, detach_listener what) {
  self_.send(outlet, what);
}

void room_links::to_audience(const audience_actor& outlet, deliver what) {
  self_.send(outlet, std::move(what));
}

void room_links::to_audience(const audience_actor& outlet, unicast what) {
  self_.send(outlet, std::move(what));
}

void room_links::to_audience(const audience_actor& outlet, close_connection what) {
  self_.send(outlet, std::move(what));
}

void room_links::to_mirror(const mirror_actor& of, mirror_presence what) {
  self_.send(of, std::move(what));
}

void room_links::to_visitor(const visitor_actor& whom, entered_room what) {
  self_.send(whom, what);
}

void room_links::to_visitor(const visitor_actor& whom, refused what) {
  self_.send(whom, std::move(what));
}

void room_links::to_visitor(const visitor_actor& whom, removed_from_room what) {
  self_.send(whom, what);
}

void room_links::to_directory(notify_user what) {
  self_.send(env_.directory, std::move(what));
}

void room_links::to_directory(tell_absent what) {
  self_.send(env_.directory, std::move(what));
}

void room_links::ask_directory(find_absent what, std::function<void(absent_users&)> then,
                               std::function<void()> failed) {
  self_.request(env_.directory, answer_patience, std::move(what))
    .then([then = std::move(then)](absent_users& found) { then(found); },
          [failed = std::move(failed)](const caf::error&) { failed(); });
}

void room_links::to_placement(occupancy_changed what) {
  self_.send(env_.placement, what);
}

void room_links::to_placement(room_gone what) {
  self_.send(env_.placement, what);
}

void room_links::read(moment until, read_job job, std::function<void()> done, std::function<void(error_code)> failed) {
  const auto& reader = env_.readers[next_reader_++ % env_.readers.size()];
  const auto left = std::max<moment::duration>(until - env_.options.now.steady(), std::chrono::milliseconds(1));
  self_.request(reader, left, read_request{std::move(job)})
    .then([done = std::move(done)](finished) { done(); },
          [failed = std::move(failed)](const caf::error& reason) { failed(to_error_code(reason)); });
}

void room_links::write(write_job job, std::function<void()> done, std::function<void(error_code)> failed) {
  // Without a time limit: the writer always answers, and only its answer tells what is stored.
  self_.request(env_.writer, caf::infinite, write_request{std::move(job)})
    .then([done = std::move(done)](finished) { done(); },
          [failed = std::move(failed)](const caf::error& reason) { failed(to_error_code(reason)); });
}

void room_links::append(std::uint64_t ticket, storage::message_draft draft) {
  self_.send(env_.writer, append_message{caf::actor_cast<room_actor>(&self_), ticket, std::move(draft)});
}

void room_links::wake_at(moment at) {
  if (!ticks_.empty() && *ticks_.begin() <= at)
    return;
  ticks_.insert(at);
  self_.delayed_send(&self_, std::max(at - env_.options.now.steady(), std::chrono::milliseconds{0}), tick{});
}

} // namespace parley
