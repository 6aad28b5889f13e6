#include "tests/sim/device.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace parley::sim {

void device::join(room_id where, bool resume, std::int64_t late) {
  if (shape == wire_shape::flat) {
    way->say(R"({"type":"user_join"})");
    return;
  }
  question asked{++way->last_request, where, {}, {}, true, std::nullopt, {}, {}};
  if (resume)
    asked.resume = last[where];
  way->say(resume
             ? fmt::format(R"({{"type":"join_room","id":{},"payload":{{"room_id":{},"last_message_id":{}}}}})",
                           asked.request, where.value, asked.resume->value + late)
             : fmt::format(R"({{"type":"join_room","id":{},"payload":{{"room_id":{}}}}})", asked.request, where.value));
  way->questions.push_back(std::move(asked));
}

void device::leave(room_id where) {
  way->asked_out.insert(where);
  if (shape == wire_shape::flat) {
    way->say(R"({"type":"user_leave"})");
    return;
  }
  const auto id = ++way->last_request;
  way->say(fmt::format(R"({{"type":"leave_room","id":{},"payload":{{"room_id":{}}}}})", id, where.value));
  way->questions.push_back({id, where, {}, {}, false, std::nullopt, {}, {}});
}

void device::post(room_id where, const std::string& client_msg_id, const std::string& content) {
  const auto name = client_msg_id.empty() ? std::string() : fmt::format(R"(,"client_msg_id":"{}")", client_msg_id);
  const bool flat = shape == wire_shape::flat;
  if (!client_msg_id.empty())
    ++way->own_posts.try_emplace(client_msg_id, 1).first->second; // once as everybody does, once an answer
  const auto id = flat ? 0 : ++way->last_request;
  way->say(flat ? fmt::format(R"({{"type":"chat_message","content":"{}"{}}})", content, name)
                : fmt::format(R"({{"type":"send_message","id":{},"payload":{{"room_id":{},"content":"{}"{}}}}})", id,
                              where.value, content, name));
  if (!flat || !client_msg_id.empty())
    way->questions.push_back({id, where, client_msg_id, content, false, std::nullopt, {}, {}});
}

void device::type(room_id where, bool is_typing) {
  way->say(shape == wire_shape::flat
             ? fmt::format(R"({{"type":"typing","is_typing":{}}})", is_typing)
             : fmt::format(R"({{"type":"typing","payload":{{"room_id":{},"is_typing":{}}}}})", where.value, is_typing));
}

void device::ping() {
  way->say(shape == wire_shape::flat ? R"({"type":"ping"})" : R"({"type":"ping","payload":{}})");
}

void device::say_nonsense() {
  way->say("nonsense");
}

void device::renew() {
  if (shape == wire_shape::flat)
    return;
  const auto id = ++way->last_request;
  way->say(fmt::format(R"({{"type":"auth","id":{},"payload":{{"token":"{}"}}}})", id, token));
  way->questions.push_back({id, {}, {}, {}, false, std::nullopt, token_ends_at, issued_at});
}

void device::hear(const heard& what) {
  if (what.what == word::room_message)
    last[what.room] = std::max(last[what.room], what.message);
  else if (what.what == word::room_joined && (what.resync || !last.contains(what.room)))
    last[what.room] = what.last_message;
  else if (what.what == word::error && (what.code == "invalid_token" || what.code == "token_expired"))
    token.clear();
}

} // namespace parley::sim
