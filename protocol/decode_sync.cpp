#include "protocol/decode_sync.hpp"

#include "protocol/limits.hpp"
#include "protocol/raw_member.hpp"

#include <nlohmann/json.hpp>

namespace parley {

namespace {

const tl::unexpected<error_code> mistyped{error_code::bad_message};
const tl::unexpected<error_code> out_of_bounds{error_code::validation_failed};

/// What every command that steers has; `what` is left for the caller to fill.
std::optional<steer_command> read_steering(const nlohmann::json& payload) {
  const auto room = read_id(payload, "room_id");
  if (!room)
    return std::nullopt;
  steer_command out{room_id{*room}, {}, std::nullopt};
  if (const auto* version = find_member(payload, "if_version")) {
    out.if_version = to_integer(*version, 0);
    if (!out.if_version)
      return std::nullopt;
  }
  return out;
}

/// Reads a command with one number of `min` to `max`.
template <class Steering>
ws_read_result read_number(const frame_members& in, std::string_view key, double min, double max) {
  auto out = read_steering(in.object);
  const auto value = read_real(in.object, key);
  if (!out || !value)
    return mistyped;
  if (*value < min || *value > max)
    return out_of_bounds;
  out->what = Steering{*value};
  return *out;
}

template <class Steering>
ws_read_result read_position(const frame_members& in) {
  return read_number<Steering>(in, "position_s", 0, limits::sync_position_max_s);
}

} // namespace

ws_read_result read_sync_load(const frame_members& in) {
  auto out = read_steering(in.object);
  const auto video = in.object.find("video_id"); // null says that nothing is to be watched: it must be there
  if (!out || video == in.object.end())
    return mistyped;
  sync_load what;
  if (!video->is_null()) {
    const auto id = to_integer(*video, 1);
    if (!id)
      return mistyped;
    what.what = video_id{*id};
  }
  out->what = what;
  return *out;
}

ws_read_result read_sync_play(const frame_members& in) {
  return read_position<sync_play>(in);
}

ws_read_result read_sync_pause(const frame_members& in) {
  return read_position<sync_pause>(in);
}

ws_read_result read_sync_seek(const frame_members& in) {
  return read_position<sync_seek>(in);
}

ws_read_result read_sync_rate(const frame_members& in) {
  return read_number<sync_rate>(in, "rate", limits::sync_rate_min, limits::sync_rate_max);
}

ws_read_result read_sync_buffering(const frame_members& in) {
  const auto room = read_id(in.object, "room_id");
  const auto is_buffering = read_boolean(in.object, "is_buffering");
  if (!room || !is_buffering)
    return mistyped;
  return buffering_command{room_id{*room}, *is_buffering};
}

ws_read_result read_sync_request(const frame_members& in) {
  const auto room = read_id(in.object, "room_id");
  if (!room)
    return mistyped;
  return sync_request_command{room_id{*room}};
}

ws_read_result read_clock_ping(const frame_members& in) {
  if (!read_real(in.object, "t0"))
    return mistyped;
  return clock_ping_command{std::string{raw_member(raw_member(in.frame, "payload"), "t0")}};
}

} // namespace parley
