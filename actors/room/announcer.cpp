#include "actors/room/announcer.hpp"

#include <utility>

namespace parley {

void announcer::broadcast(const room_event& event, const std::vector<connection_id>& except,
                          std::optional<stage_times> stages) {
  auto encoded = [this](wire_shape shape, auto encode) -> frame_ptr {
    return here_.listeners(shape) > 0 ? make_text_frame(encode(), chain_of(row_.value.id, shape)) : nullptr;
  };
  auto envelope = encoded(wire_shape::envelope, [&] { return encode_envelope(event); });
  auto flat = encoded(wire_shape::flat, [&] { return encode_flat(event); });
  const auto* posted = std::get_if<message_posted>(&event);
  const auto last = posted != nullptr ? posted->value.id : message_id{};
  for (const auto& x : here_.outlets())
    if (x.listeners > 0)
      port_.to_audience(x.audience, deliver{row_.value.id, envelope, flat, except, std::exchange(stages, std::nullopt),
                                            last, row_.revision});
}

void announcer::tell(const std::vector<connection_id>& whom, const room_event& event) {
  frame_ptr frames[2];
  for (const auto connection : whom) {
    const auto& x = *here_.find(connection);
    auto& frame = frames[static_cast<std::size_t>(x.shape)];
    if (frame == nullptr)
      frame = make_text_frame(x.shape == wire_shape::envelope ? encode_envelope(event) : encode_flat(event));
    port_.to_audience(here_.outlet_of(x), unicast{connection, frame, row_.value.id});
  }
}

void announcer::tell(const origin& to, frame_ptr bytes) {
  port_.to_audience(to.outlet, unicast{to.connection, std::move(bytes), row_.value.id, to.ticket});
}

void announcer::refuse(const origin& to, refused::request what, error_code why) {
  if (to.again && what == refused::request::post)
    why = error_code::internal; // the first time it may have been allowed, and stored
  port_.to_visitor(to.visitor, refused{row_.value.id, to.connection, what, why, to.request_id, {}, to.ticket});
}

void announcer::notify(const notification& x) {
  port_.to_directory(
    notify_user{x.receiver, make_text_frame(encode_envelope(notification_reply{x}, {}, language::zh))});
}

} // namespace parley
