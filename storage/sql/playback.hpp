// Table playback.
#pragma once

#include "storage/ports.hpp"
#include "storage/sql/query.hpp"
#include "storage/sql/videos.hpp"

namespace parley::storage::sql {

struct playback_row {
  integer version = 0;
  nullable<integer> video_id;
  double position_s = 0;
  double rate = 1;
  nullable<integer> changed_by;

  template <class Visit>
  void columns(Visit&& visit) {
    visit(version);
    visit(video_id);
    visit(position_s);
    visit(rate);
    visit(changed_by);
  }
};

class playback_queries {
public:
  playback_queries(connection& link, video_queries& videos);

  std::optional<playback> find(room_id room);

private:
  connection& link_;
  video_queries& videos_;
  query<playback_row, integer> by_room_;
};

class playback_changes final : public playback_writer {
public:
  explicit playback_changes(connection& link);

  void save(room_id room, const playback& x) override;

private:
  change<integer, std::optional<integer>, double, double, std::optional<integer>, integer> save_;
};

} // namespace parley::storage::sql
