// The words by which enumerations of the model are known on the wire and in storage.
#pragma once

#include "protocol/model.hpp"
#include "protocol/webhook.hpp"

#include <optional>
#include <string_view>

namespace parley {

std::string_view name(user_role x);
std::string_view name(member_role x);
std::string_view name(join_policy x);
std::string_view name(history_policy x);
std::string_view name(sync_mode x);
std::string_view name(message_type x);
std::string_view name(notification_kind x);
std::string_view name(notification_status x);
std::string_view name(video_kind x);
std::string_view name(room_action x);
std::string_view name(webhook_kind x);
std::string_view name(delivery_state x);

/// The value with this name, which is spelt exactly so; nullopt where there is none. Defined for all of the above but
/// `room_action`, which nobody says to the server.
template <class Enum>
std::optional<Enum> parse_word(std::string_view word);

} // namespace parley
