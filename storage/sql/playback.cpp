// What a room watched last, and where its player stood.
#include "storage/sql/playback.hpp"

namespace parley::storage::sql {

playback_queries::playback_queries(connection& link, video_queries& videos)
  : link_(link), videos_(videos),
    by_room_(link, "SELECT version, video_id, position_s, rate, changed_by FROM playback WHERE room_id = :room",
             {"room"}) {}

std::optional<playback> playback_queries::find(room_id room) {
  const snapshot state(link_);
  const auto row = by_room_.one(room);
  if (!row)
    return std::nullopt;
  playback out{.version = row->version,
               .watched = std::nullopt,
               .position_s = row->position_s,
               .rate = row->rate,
               .by = user_id{row->changed_by.get().value_or(0)}};
  if (const auto id = row->video_id.get())
    out.watched = videos_.find(video_id{*id}).value().value;
  return out;
}

// The video's id is taken from the table, so that one that was removed meanwhile is stored as none.
playback_changes::playback_changes(connection& link)
  : save_(link,
          "INSERT INTO playback (room_id, version, video_id, position_s, rate, changed_by) "
          "SELECT r.id, :version, (SELECT v.id FROM videos v WHERE v.id = :video AND v.room_id = r.id), :position_s, "
          ":rate, :by FROM rooms r WHERE r.id = :room "
          "ON CONFLICT (room_id) DO UPDATE SET version = excluded.version, video_id = excluded.video_id, "
          "position_s = excluded.position_s, rate = excluded.rate, changed_by = excluded.changed_by",
          {"version", "video", "position_s", "rate", "by", "room"}) {}

void playback_changes::save(room_id room, const playback& x) {
  const auto watched = x.watched ? std::optional(x.watched->id) : std::nullopt;
  save_.run(x.version, watched, x.position_s, x.rate, x.by ? std::optional(x.by) : std::nullopt, room);
}

} // namespace parley::storage::sql
