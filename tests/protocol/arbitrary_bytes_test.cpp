// Whatever bytes a client sends, a decoder answers and leaves the process alone.
#include "protocol/forms.hpp"
#include "protocol/http_codec.hpp"
#include "tests/protocol/generators.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace parley {
namespace {

using nlohmann::json;

json random_value(int depth) {
  switch (*rc::gen::inRange(0, depth > 0 ? 8 : 6)) {
  case 0:
    return nullptr;
  case 1:
    return *rc::gen::arbitrary<bool>();
  case 2:
    return *rc::gen::arbitrary<std::int64_t>();
  case 3:
    return *rc::gen::arbitrary<double>();
  case 4:
    return *test::utf8_text();
  case 5:
    return *rc::gen::element<std::string>("text", "open", "all", "owner", "alice", "a@b.example", "12345678",
                                          "moderator", "read", "accept", "2026-11-21T02:38:05Z", "https://a.example/",
                                          "data:image/png;base64,AAAA");
  case 6:
    return json::array({random_value(depth - 1)});
  default:
    return json{{*test::utf8_text(), random_value(depth - 1)}};
  }
}

/// A document whose members have known names and values of any kind: it gets past the parser.
std::string near_miss() {
  const std::vector<std::string> names{"username",
                                       "email",
                                       "password",
                                       "current_password",
                                       "refresh_token",
                                       "name",
                                       "description",
                                       "is_public",
                                       "join_policy",
                                       "history",
                                       "allow_guests",
                                       "sync_mode",
                                       "room_id",
                                       "user_id",
                                       "content",
                                       "is_typing",
                                       "message_type",
                                       "client_msg_id",
                                       "token",
                                       "id",
                                       "last_message_id",
                                       "timestamp",
                                       "role",
                                       "muted_until",
                                       "status",
                                       "action",
                                       "data",
                                       "connection_id",
                                       "progress",
                                       "message",
                                       "title",
                                       "url",
                                       "avatar",
                                       "if_version",
                                       "video_id",
                                       "position_s",
                                       "rate",
                                       "is_buffering",
                                       "t0"};
  const auto fill = [&names](json& object) {
    for (const auto& member : *rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(names)))
      object[member] = random_value(2);
  };
  json out = json::object();
  fill(out);
  out["payload"] = json::object();
  fill(out["payload"]);
  out["config"] = *rc::gen::arbitrary<bool>() ? json::object() : random_value(1);
  if (out["config"].is_object())
    fill(out["config"]);
  out["type"] = *rc::gen::element<std::string>("ping", "auth", "join_room", "leave_room", "send_message", "typing",
                                               "chat_message", "user_join", "hello", "sync_load", "sync_play",
                                               "sync_rate", "sync_buffering", "sync_request", "clock_ping", "nope");
  return out.dump(-1, ' ', *rc::gen::arbitrary<bool>());
}

template <class T>
void check(const decoded<T>& x) {
  if (x)
    return;
  RC_ASSERT(x.error().code == error_code::bad_json || x.error().code == error_code::bad_image ||
            x.error().code == error_code::validation_failed);
  RC_ASSERT((x.error().code != error_code::bad_json) == !x.error().fields.empty());
  RC_ASSERT(json::parse(encode(x.error(), language::ru)).is_object());
}

void decode_everything(const std::string& bytes) {
  if (const auto request = decode_ws(bytes); !request) {
    const auto code = request.error().code;
    RC_ASSERT(code == error_code::bad_message || code == error_code::unknown_type ||
              code == error_code::validation_failed);
  } else if (!request->request_id.empty()) {
    RC_ASSERT(json::accept(request->request_id));
  } else if (const auto* ping = std::get_if<ping_command>(&request->command)) {
    RC_ASSERT(json::accept(ping->timestamp));
  }
  (void)decode_chat(bytes);
  (void)decode_client(bytes);
  check(decode_registration(bytes));
  check(decode_login(bytes));
  check(decode_login_json(bytes));
  check(decode_refresh(bytes));
  check(decode_refresh_form(decode_form(bytes)));
  check(decode_profile_patch(bytes));
  check(decode_new_room(bytes));
  check(decode_room_patch(bytes));
  check(decode_config_patch(bytes));
  check(decode_room_reference(bytes));
  check(decode_member_request(bytes));
  check(decode_post(bytes));
  check(decode_member_patch(bytes));
  check(decode_user_reference(bytes));
  check(decode_notification_mark(bytes));
  check(decode_notification_answer(bytes));
  check(decode_message_edit(bytes));
  if (const auto push = decode_push(bytes))
    RC_ASSERT(json::accept(push->data));
  else
    check(push);
  if (const auto task = decode_task(bytes))
    RC_ASSERT(json::accept(encode(*task)));
  else
    check(task);
  check(decode_video_link(bytes));
  if (const auto query = decode_query(bytes)) {
    check(decode_page(*query));
    check(decode_history(*query));
    check(decode_search(*query));
    check(decode_notification_status(*query));
    check(decode_user_filter(*query));
  }
  (void)decode_path_segment(bytes);
}

RC_GTEST_PROP(any_bytes, are_answered, (const std::string& bytes)) {
  decode_everything(bytes);
}

RC_GTEST_PROP(any_document_with_known_members, is_answered, ()) {
  decode_everything(near_miss());
}

RC_GTEST_PROP(any_document_cut_or_with_a_changed_byte, is_answered, ()) {
  auto bytes = near_miss();
  const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
  if (*rc::gen::arbitrary<bool>())
    bytes.resize(at);
  else
    bytes[at] = *rc::gen::arbitrary<char>();
  decode_everything(bytes);
}

} // namespace
} // namespace parley
