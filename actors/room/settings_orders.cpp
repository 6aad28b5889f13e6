#include "actors/room/settings_orders.hpp"

#include "actors/moderation.hpp"

#include <utility>

namespace parley {

void settings_orders::carry_out(change_room& x, completion<room_view> out) {
  change(
    x.by, [patch = std::move(x.patch)](storage::writer& w, const room& now) { return w.rooms().update(now.id, patch); },
    std::move(out));
}

void settings_orders::carry_out(const change_config& x, completion<room_view> out) {
  change(
    x.by,
    [patch = x.patch](storage::writer& w, const room& now) {
      return w.rooms().update_config(now.id, apply(patch, now.config));
    },
    std::move(out));
}

void settings_orders::change(user_id by, std::function<storage::result<room>(storage::writer&, const room& now)> step,
                             completion<room_view> out) {
  auto change_it = [id = room_.id(), by, step = std::move(step)](storage::writer& w) {
    // Not what the room remembers: another change may be on its way before this one.
    return find_owned(w, id, by).and_then([&](room&& now) { return step(w, now); });
  };
  room_.turns.decide(by, out, std::move(change_it), [this, out](room& changed) {
    auto& row = room_.row.value;
    row = std::move(changed);
    room_.say.broadcast(room_updated{row, room_.here.live()});
    if (!row.config.allow_guests)
      presence_.put_out(anonymous_user);
    out(room_view{row, room_.here.live()});
  });
}

void settings_orders::carry_out(const dissolve_room& x, completion<finished> out) {
  auto delete_it = [id = room_.id(), by = x.by](storage::writer& w) -> storage::result<storage::lost_files> {
    if (auto owned = find_owned(w, id, by); !owned)
      return tl::unexpected(owned.error());
    storage::lost_files lost{.videos = w.videos().list_files_of(id), .files = w.files().list_names(id)};
    if (auto removed = w.rooms().remove(id); !removed)
      return tl::unexpected(removed.error());
    return lost;
  };
  room_.turns.decide(x.by, out, std::move(delete_it), [this, out](const storage::lost_files& lost) {
    close_down();
    room_.options.take_away(lost);
    out(finished{});
  });
}

void settings_orders::close_down() {
  room_.row.is_dissolved = true;
  room_.say.broadcast(room_closed{room_.id()});
  presence_.close_down();
  room_.port.to_placement(room_gone{room_.id()}); // which ends the room when nobody can know its address any more
}

} // namespace parley
