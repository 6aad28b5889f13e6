// The bodies of webhooks: `{"type","timestamp","data"}`, as Standard Webhooks have them.
#pragma once

#include "protocol/model.hpp"
#include "protocol/webhook.hpp"

#include <optional>
#include <string>

namespace parley {

/// `data` is a message as HTTP shows it; the addresses of its files are not signed.
std::string encode_event(webhook_kind kind, timestamp at, const message& x);
/// Somebody became or ceased to be a member.
std::string encode_event(webhook_kind kind, timestamp at, room_id room, user_id user);
/// Somebody came into an empty room, or the last one left.
std::string encode_event(webhook_kind kind, timestamp at, room_id room);
/// Without the token by which its receiver answers it.
std::string encode_event(webhook_kind kind, timestamp at, const notification& x);
std::string encode_event(webhook_kind kind, timestamp at, user_id owner, const task_status& x);
/// A test of the webhook itself.
std::string encode_event(webhook_kind kind, timestamp at, webhook_id hook);

} // namespace parley
