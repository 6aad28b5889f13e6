// Messages that were sent: what becomes of them later, and how far members have read.
#include "actors/live_room_inline.hpp"
#include "actors/message_changes.hpp"

namespace parley {

live_room::promise<message> live_room::edit(edit_message& x) {
  auto out = make_response_promise<message>();
  auto by = x.by;
  const auto clock = mute_clock(x.by);
  auto step = [room = room_.id, mute_clock = clock, x = std::move(x), now = env_->now()](storage::writer& w) {
    return carry_out(w, room, x, now, mute_clock);
  };
  decide(by, out, std::move(step), [this, out](message& edited) mutable {
    replace(edited);
    broadcast(message_edited{edited});
    out.deliver(std::move(edited));
  });
  return out;
}

live_room::promise<finished> live_room::erase(const delete_message& x) {
  auto out = make_response_promise<finished>();
  auto step = [room = room_.id, x](storage::writer& w) { return carry_out(w, room, x); };
  decide(x.by, out, std::move(step), [this, out](std::optional<message>& deleted) mutable {
    if (deleted) {
      replace(*deleted);
      broadcast(message_deleted{deleted->id, deleted->room});
    }
    out.deliver(finished{});
  });
  return out;
}

live_room::promise<read_mark> live_room::mark(const mark_read& x) {
  auto out = make_response_promise<read_mark>();
  auto step = [room = room_.id, x](storage::writer& w) { return carry_out(w, room, x); };
  decide(x.by, out, std::move(step), [this, out](marked& mark) mutable {
    if (mark.moved)
      broadcast(message_read{mark.value});
    out.deliver(mark.value);
  });
  return out;
}

void live_room::replace(const message& x) {
  recent_.replace(x);
  for (auto& [connection, waiting] : catching_up_)
    waiting.changed.insert_or_assign(x.id, x);
}

} // namespace parley
