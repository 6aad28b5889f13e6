// One process's share of the scenario `watch`: some of the rooms with all of their members.
#pragma once

#include "load/measure/deliveries.hpp"
#include "load/scenario/crowd.hpp"
#include "load/scenario/playback.hpp"
#include "load/scenario/room_ledger.hpp"
#include "load/scenario/schedule.hpp"
#include "load/scenario/watch.hpp"
#include "load/wire/http.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::load {

/// Each room gets a video (by HTTP, from its owner, who is its first member) and loads it before the load begins.
/// Nobody else steers, so the n-th change from then on raises the version by n: a version that is missing, doubled or
/// goes back is seen, and a state that is not what was pressed is a stray.
///
/// Counts beside those of `delivery_counts` (a message is a change, its id the version): `pings` and `pongs` of
/// clocks; histograms `clock` (round trip) and `spread` (how far apart the players of one room are, by what each has
/// been told; looked at while all of them play the same version).
class watch_part final : public crowd, private http_events {
public:
  /// Takes the rooms whose index is that of the process modulo their number. `options` outlives it.
  watch_part(const watch_options& options, const part_setup& setup);

  void open(std::int64_t now) override;
  [[nodiscard]] bool opened() const override { return crowd::opened() && loaded_ == rooms_.size(); }
  void begin(const plan& when) override;
  void step(std::int64_t now) override;
  [[nodiscard]] std::int64_t next_due() const override;
  [[nodiscard]] bool settled() const override;
  void close() override;

private:
  struct room {
    std::uint32_t id;
    std::size_t first_place; ///< members stand side by side, the one who steers first
    room_ledger changes;
    std::uint64_t video = 0;
    std::uint64_t loaded = 0;              ///< the version that showed the video first; 0 until it is known
    bool silent = false;                   ///< nobody steers any more
    std::vector<std::int64_t> intended_ns; ///< by number of the change
  };

  struct viewer {
    std::optional<playback> state;
    clock_estimate clock;
    std::uint32_t pinged = 0; ///< pings that wait for their answers
  };

  void on_message(std::size_t place, std::string_view text, std::int64_t received_ns) override;
  void on_gone(std::size_t place, const closing& why) override;
  void on_answer(http_client& from, unsigned status, std::string_view body, std::int64_t received_ns) override;
  void on_http_closed(http_client& from, const std::string& why) override;

  [[nodiscard]] room& room_of(std::size_t place) { return rooms_[place / options_.members]; }
  void ask_for_videos(std::int64_t now);
  [[nodiscard]] bool is_loaded(const room& in) const;
  void on_state(std::size_t place, std::string_view text, std::int64_t received_ns);
  void on_change(std::size_t place, const playback& state, std::int64_t received_ns);
  void on_clock(std::size_t place, std::string_view text, std::int64_t received_ns);
  void on_refused(room& in, std::string_view text);
  void steer(room& in, std::int64_t intended_ns);
  void ping(std::size_t place);
  void look_at(const room& in, std::int64_t now);

  const watch_options& options_;
  delivery_counts counts_;
  std::uint64_t& pings_;
  std::uint64_t& pongs_;
  histogram& clock_;
  histogram& spread_;
  std::vector<room> rooms_;
  std::vector<viewer> viewers_; ///< by place
  http_client to_add_videos_;
  std::size_t videos_ = 0;    ///< rooms whose video is there; answers come in the order of the rooms
  std::size_t loaded_ = 0;    ///< rooms whose members all have it
  std::int64_t asked_ns_ = 0; ///< for the first video
  schedule steering_;
  schedule pinging_;
  schedule looking_;
  std::uint32_t awaited_pongs_ = 0;
  std::string frame_;
};

} // namespace parley::load
