// Every decoder of protocol/: what is accepted keeps its bounds, and what is said about it is JSON in UTF-8. The short
// reader of posts must read as the one that takes JSON as a whole.
#include "protocol/base64.hpp"
#include "protocol/events.hpp"
#include "protocol/forms.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/plain_post.hpp"
#include "protocol/text.hpp"
#include "protocol/web_url.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>

namespace parley {
namespace {

using fuzz::require;
using nlohmann::json;

const timestamp now{std::chrono::seconds(1'800'000'000)};
const moment even_now{now.time_since_epoch()};
constexpr text_limits bounds;

void check_json(const std::string& text) {
  require(is_utf8(text), "what is said is UTF-8");
  require(json::accept(text), "what is said is JSON");
}

bool is_text(std::string_view text) {
  return is_utf8(text) && text.find('\0') == std::string_view::npos;
}

// -- frames --------------------------------------------------------------------------

void check_draft(const post_draft& x) {
  require(!says_nothing(x.content) && is_text(x.content), "a message is text that says something");
  require(count_characters(x.content) <= bounds.content_characters, "a message has its limit");
  require(!x.client_msg_id || (!x.client_msg_id->empty() && x.client_msg_id->size() <= limits::client_msg_id_max &&
                               is_text(*x.client_msg_id)),
          "a client's id of a message has its limit");
  message out;
  out.id = message_id{1};
  out.room = room_id{1};
  out.content = x.content;
  out.type = x.type;
  out.client_msg_id = x.client_msg_id;
  check_json(encode_envelope(message_posted{out, false}));
  check_json(encode_flat(message_posted{out, true}));
  check_json(encode(out));
}

bool same(const post_draft& a, const post_draft& b) {
  return a.content == b.content && a.type == b.type && a.client_msg_id == b.client_msg_id;
}

/// The same frame with one more member, which the short readers leave to the long one.
std::optional<std::string> made_odd(std::string_view text) {
  const auto at = text.find('{');
  if (at == std::string_view::npos)
    return std::nullopt;
  return std::string(text.substr(0, at + 1)) + "\"odd\":[]," + std::string(text.substr(at + 1));
}

void check_fault(const frame_fault& x) {
  require(x.code == error_code::bad_message || x.code == error_code::unknown_type ||
            x.code == error_code::validation_failed,
          "a frame is refused with one of three codes");
  require(x.request_id.size() <= limits::request_id_bytes, "an id has its limit");
  check_json(encode_envelope(error_reply{x.code, std::nullopt}, x.request_id, language::en));
  check_json(encode_flat(error_reply{x.code, std::nullopt}, language::ru));
  check_json(encode_channel(error_reply{x.code, std::nullopt}, language::zh));
}

void check_ws(std::string_view text) {
  const auto plain = read_plain_send_message(text);
  if (plain) {
    const auto odd = made_odd(text);
    const auto whole = decode_ws(*odd);
    require(whole && std::holds_alternative<send_message_command>(whole->command), "both readers take it");
    const auto& a = std::get<send_message_command>(plain->command);
    const auto& b = std::get<send_message_command>(whole->command);
    require(whole->request_id == plain->request_id && a.room == b.room && same(a.draft, b.draft),
            "both readers read the same");
  }
  const auto got = decode_ws(text);
  require(!plain || got, "what the short reader takes is taken");
  if (!got)
    return check_fault(got.error());
  require(json::accept(text), "what is taken is JSON");
  require(got->request_id.size() <= limits::request_id_bytes, "an id has its limit");
  const auto answer = [&](const envelope_reply& reply) {
    check_json(encode_envelope(reply, got->request_id, language::zh));
  };
  if (const auto* ping = std::get_if<ping_command>(&got->command))
    answer(pong_reply{ping->timestamp, even_now});
  else if (const auto* clock = std::get_if<clock_ping_command>(&got->command))
    answer(clock_pong_reply{clock->t0, even_now, even_now});
  else if (const auto* join = std::get_if<join_room_command>(&got->command))
    require(join->room.value > 0 && (!join->last_message || join->last_message->value >= 0), "ids are positive");
  else if (const auto* send = std::get_if<send_message_command>(&got->command))
    check_draft(send->draft);
  else if (const auto* steer = std::get_if<steer_command>(&got->command))
    std::visit(
      [](const auto& x) {
        if constexpr (requires { x.position_s; })
          require(x.position_s >= 0 && x.position_s <= limits::sync_position_max_s, "a position has its bounds");
        else if constexpr (requires { x.rate; })
          require(x.rate >= limits::sync_rate_min && x.rate <= limits::sync_rate_max, "a rate has its bounds");
      },
      steer->what);
  else
    answer(auth_expiring_reply{now});
}

void check_chat(std::string_view text) {
  const auto plain = read_plain_chat_message(text);
  if (plain) {
    const auto whole = decode_chat(*made_odd(text));
    require(whole && std::holds_alternative<chat_message_command>(*whole), "both readers take it");
    require(same(plain->draft, std::get<chat_message_command>(*whole).draft), "both readers read the same");
  }
  const auto got = decode_chat(text);
  require(!plain || got, "what the short reader takes is taken");
  if (!got)
    return check_fault(got.error());
  require(json::accept(text), "what is taken is JSON");
  if (const auto* said = std::get_if<chat_message_command>(&*got))
    check_draft(said->draft);
}

void check_client(std::string_view text) {
  const auto got = decode_client(text);
  if (!got)
    return check_fault(got.error());
  if (const auto* hello = std::get_if<hello_command>(&*got))
    check_json(encode_channel(hello_reply{hello->message, "c", std::nullopt}, language::zh));
  else
    check_json(encode_channel(pong_reply{std::get<ping_command>(*got).timestamp, even_now}, language::zh));
}

// -- bodies --------------------------------------------------------------------------

/// What was accepted; or nothing, once the problem was written.
template <class T>
std::optional<T> accepted(decoded<T> got) {
  if (got)
    return std::move(*got);
  for (const auto lang : all_languages)
    check_json(encode(got.error(), lang));
  require(got.error().code != error_code::validation_failed || !got.error().fields.empty(), "a fault has its field");
  return std::nullopt;
}

bool is_name(std::string_view text, std::size_t least, std::size_t most) {
  return is_text(text) && count_characters(text) >= least && count_characters(text) <= most;
}

void check_profile(std::string_view text) {
  const auto got = accepted(decode_profile_patch(text, 1000));
  if (!got)
    return;
  require(!got->username || is_name(*got->username, bounds.username_min, bounds.username_max), "a name has its bounds");
  require(!got->password || got->current_password, "a new password needs the old one");
  require(!got->avatar || !*got->avatar || (*got->avatar)->size() <= 1000, "a picture has its limit");
}

void check_registration(std::string_view text) {
  const auto got = accepted(decode_registration(text));
  if (!got)
    return;
  require(is_name(got->username, bounds.username_min, bounds.username_max), "a name has its bounds");
  require(has_username_characters(got->username), "a name has letters and digits");
  require(looks_like_email(got->email) && got->email.size() <= limits::email_max, "an e-mail looks like one");
  require(got->password.size() >= bounds.password_min_bytes && got->password.size() <= bounds.password_max_bytes &&
            is_text(got->password) && prepare_password(got->password) == got->password,
          "a password has its bounds and its form");
  user out;
  out.username = got->username;
  out.email = got->email;
  check_json(encode(out));
  require(fold(fold(got->username)) == fold(got->username), "folding is done once");
}

void check_room(std::string_view text) {
  const auto made = accepted(decode_new_room(text));
  if (made) {
    require(is_name(made->name, 1, bounds.room_name_characters), "a room's name has its bounds");
    require(is_name(made->description, 0, limits::room_description_max), "a description has its bounds");
    room out;
    out.name = made->name;
    out.description = made->description;
    out.config = made->config;
    check_json(encode(seen_room{{out, {}}, {}}));
    check_json(encode_envelope(room_updated{out, {}}));
  }
  const auto changed = accepted(decode_room_patch(text));
  require(!changed || !changed->name || is_name(*changed->name, 1, bounds.room_name_characters),
          "a new name has them too");
  if (const auto config = accepted(decode_config_patch(text)))
    apply(*config, room_config());
}

void check_task(std::string_view text) {
  const auto got = accepted(decode_task(text));
  if (!got)
    return;
  require(!got->progress || (*got->progress >= 0 && *got->progress <= 100), "progress is a percentage");
  require(got->data.size() <= limits::pushed_bytes, "data has its limit");
  check_json(encode(*got));
  check_json(encode_channel(task_status_reply{*got}, language::zh));
}

void check_push(std::string_view text) {
  if (const auto got = accepted(decode_push(text)))
    check_json(encode_channel(push_reply{got->data}, language::zh));
}

void check_video(std::string_view text) {
  const auto got = accepted(decode_video_link(text));
  if (!got)
    return;
  require(is_name(got->title, 1, limits::video_title_max), "a title has its bounds");
  require(got->url.size() <= limits::url_max && is_web_url(got->url), "a link is one of the web");
  require(got->url.starts_with("http") || got->url.starts_with("HTTP") || got->url.find(':') <= 5, "by http or https");
}

void check_post(std::string_view text) {
  const auto ended = std::string(text) + '\0';
  require(!parse_json(ended), "a NUL is no end of JSON");
  require(!decode_ws(ended) && !decode_chat(ended), "nor of a frame");
  require(!parse_json(text) || json::accept(text), "what is JSON here is JSON");
  if (const auto post = accepted(decode_post(text)))
    check_draft(*post);
  if (const auto edit = accepted(decode_message_edit(text)))
    require(is_name(edit->content, 1, bounds.content_characters), "an edited message has its limit");
}

void check_members(std::string_view text) {
  if (const auto patch = accepted(decode_member_patch(text)))
    require(patch->role.has_value() != patch->muted_until.has_value(), "one thing of a member changes");
  const auto request = accepted(decode_member_request(text));
  require(!request || !request->user || request->user->value > 0, "ids are positive");
  const auto user = accepted(decode_user_reference(text));
  require(!user || user->user.value > 0, "ids are positive");
  const auto room = accepted(decode_room_reference(text));
  require(!room || room->room.value > 0, "ids are positive");
}

void check_tokens(std::string_view text) {
  accepted(decode_refresh(text));
  accepted(decode_notification_mark(text));
  accepted(decode_notification_answer(text));
  accepted(decode_refresh_form(decode_form(text)));
  for (const auto& login : {accepted(decode_login(text)), accepted(decode_login_json(text))})
    require(!login || (is_text(login->login) && is_text(login->password)), "a login is text");
}

// -- smaller texts -------------------------------------------------------------------

void check_words(std::string_view text) {
  if (const auto time = parse_time(text))
    require(parse_time(format_time(*time)).has_value(), "a time that is read can be written and read");
  if (const auto bytes = decode_any_base64(text))
    require(bytes->size() <= text.size(), "Base64 is longer than its bytes");
  if (const auto segment = decode_path_segment(text))
    require(is_text(*segment), "a path is text");
  pick_language(text, language::zh);
  looks_like_email(text);
  is_web_url(text);
  utf8_checker pieces;
  bool good = true;
  for (const char c : text)
    good = pieces.feed({&c, 1}) && good;
  require((good && pieces.complete()) == is_utf8(text), "UTF-8 is checked the same in pieces");
  if (is_utf8(text)) {
    require(is_utf8(normalise(text)) && is_utf8(fold(text)), "text stays text");
    require(normalise(normalise(text)) == normalise(text), "a normal form is one");
    const auto password = prepare_password(text);
    require(is_utf8(password) && prepare_password(password) == password, "a password has one form");
    require(!says_nothing(text) || !has_username_characters(text) || text.empty(), "a name says something");
  }
}

} // namespace
} // namespace parley

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  fuzz::input in(data, size);
  const auto which = in.byte() % 13;
  const auto text = in.rest();
  // The frame reader lets nothing else through; bodies are checked by their decoders.
  if (which < 3 && !is_utf8(text))
    return 0;
  constexpr decltype(&check_ws) checks[]{check_ws,      check_chat,   check_client, check_profile, check_registration,
                                         check_room,    check_task,   check_push,   check_video,   check_post,
                                         check_members, check_tokens, check_words};
  static_assert(std::size(checks) == 13);
  checks[which](text);
  return 0;
}
