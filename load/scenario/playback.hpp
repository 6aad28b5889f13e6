// What a member knows of a room's player from the messages alone, and what is pressed on it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parley::load {

/// A `sync_state`: the position as it was at `server_time_ms`.
struct playback {
  std::uint64_t version = 0;
  bool playing = false;
  double position_s = 0;
  double rate = 1;
  double server_time_ms = 0;

  /// Where the video is when the server's clock shows `server_ms`.
  [[nodiscard]] double position_at(double server_ms) const {
    return playing ? position_s + (server_ms - server_time_ms) / 1000 * rate : position_s;
  }
};

/// Nothing where a member is missing.
std::optional<playback> read_playback(std::string_view text);

/// A `clock_pong`: what the client's clock showed, and what the server's did on receipt and on answering.
struct clock_answer {
  double t0_ms = 0;
  double t1_ms = 0;
  double t2_ms = 0;
};

std::optional<clock_answer> read_clock_answer(std::string_view text);

/// How far the server's clock is ahead of the client's, as NTP has it: of the latest answers the one with the shortest
/// way is right by half that way at worst.
class clock_estimate {
public:
  static constexpr std::size_t kept = 8; ///< answers

  /// `t3_ms` is when the client had the answer, on the clock of `t0_ms`.
  void note(const clock_answer& answer, double t3_ms);

  [[nodiscard]] std::optional<double> offset_ms() const; ///< nothing before the first answer

private:
  struct sample {
    double round_trip_ms;
    double offset_ms;
  };

  std::array<sample, kept> samples_{};
  std::size_t noted_ = 0;
};

/// One thing that is pressed: load, play, seek, pause, in turn by `number`.
struct steering {
  explicit steering(std::uint32_t number);

  std::string_view type;
  bool playing;      ///< afterwards
  double position_s; ///< afterwards; to be sent with all but `sync_load`

  /// The frame, with `number` as its id.
  void append_to(std::string& out, std::uint32_t number, std::uint32_t room, std::uint64_t video) const;

  /// The state that the server made of it, as it was within a second of doing so.
  [[nodiscard]] bool leads_to(const playback& state) const;
};

} // namespace parley::load
