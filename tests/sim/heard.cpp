#include "tests/sim/heard.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace parley::sim {

namespace {

using std::string_view;

constexpr std::array<std::pair<string_view, word>, 26> words{{
  {"connected", word::connected},
  {"auth_ok", word::auth_ok},
  {"error", word::error},
  {"room_joined", word::room_joined},
  {"room_join_error", word::room_join_error},
  {"room_left", word::room_left},
  {"room_leave_error", word::room_leave_error},
  {"message_ack", word::message_ack},
  {"room_message", word::room_message},
  {"message_edited", word::message_edited},
  {"message_deleted", word::message_deleted},
  {"message_read", word::message_read},
  {"presence", word::presence},
  {"typing", word::typing},
  {"room_updated", word::room_updated},
  {"room_closed", word::room_closed},
  {"member_joined", word::member_news},
  {"member_left", word::member_news},
  {"member_changed", word::member_news},
  {"room_activity", word::room_activity},
  {"connection_established", word::established},
  {"chat_message", word::chat_message},
  {"user_join", word::user_join},
  {"user_leave", word::user_leave},
  {"server_draining", word::draining},
  {"ping", word::ping},
}};

/// Puts the members down where they are known. A flat frame has at its top what an envelope has in its payload, but
/// for messages, which it has a level below.
class taker final : public nlohmann::json_sax<nlohmann::json> {
public:
  explicit taker(heard& out) : out_(out) {}

  bool null() override { return true; }
  bool boolean(bool x) override {
    if (key_ == "is_typing")
      out_.flag = x;
    else if (key_ == "replayed")
      out_.replayed = x;
    else if (key_ == "resync")
      out_.resync = x;
    return true;
  }
  bool number_integer(number_integer_t x) override {
    if (key_ == "id")
      take_id(x);
    else if (key_ == "room_id")
      out_.room = room_id{x};
    else if (key_ == "message_id")
      out_.message = message_id{x};
    else if (key_ == "last_message_id")
      out_.last_message = message_id{x};
    else if (key_ == "sender_id" || key_ == "user_id")
      out_.user = user_id{x};
    else if (key_ == "active_users")
      out_.active_users = x;
    return true;
  }
  bool number_unsigned(number_unsigned_t x) override { return number_integer(static_cast<number_integer_t>(x)); }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t& x) override {
    if (key_ == "type" && depth_ == 1)
      out_.type = x;
    else if (key_ == "content")
      out_.content = x;
    else if (key_ == "client_msg_id")
      out_.client_msg_id = x;
    else if (key_ == "code")
      out_.code = x;
    else if (key_ == "status")
      out_.flag = x == "online";
    else if (key_ == "auth_status")
      out_.authenticated = x == "authenticated";
    return true;
  }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override {
    in_payload_ = in_payload_ || key_ == "payload";
    in_person_ = key_ == "user" || key_ == "sender";
    ++depth_;
    return true;
  }
  bool key(string_t& x) override {
    key_ = x;
    return true;
  }
  bool end_object() override {
    --depth_;
    in_person_ = false;
    return true;
  }
  bool start_array(std::size_t) override { return true; }
  bool end_array() override { return true; }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& why) override {
    throw std::runtime_error(why.what());
  }

private:
  void take_id(std::int64_t x) {
    if (in_person_)
      out_.user = user_id{x};
    else if (depth_ == 1 && (in_payload_ || out_.type != "message_deleted"))
      out_.request = x;
    else if (depth_ <= 2)
      out_.message = message_id{x};
  }

  heard& out_;
  std::string key_;
  int depth_ = 0;
  bool in_payload_ = false;
  bool in_person_ = false;
};

/// The payload of a frame that the server made.
string_view payload_of(string_view wire) {
  const auto size = static_cast<unsigned char>(wire.at(1));
  return wire.substr(size == 126 ? 4 : size == 127 ? 10 : 2);
}

} // namespace

const heard& hearing::read(const frame_ptr& frame) {
  const void* const bytes = frame->wire().data();
  if (auto known = by_bytes_.find(bytes); known != by_bytes_.end())
    return *known->second;
  auto& out = all_.emplace_back();
  out.bytes = frame;
  by_bytes_.emplace(bytes, &out);
  const auto op = static_cast<unsigned char>(frame->wire().at(0)) & 0xF;
  if (op == 8) {
    out.what = word::close;
    out.type = "close";
    const auto code = payload_of(frame->wire());
    out.code = std::to_string(static_cast<unsigned char>(code.at(0)) << 8 | static_cast<unsigned char>(code.at(1)));
  } else if (op == 9) {
    out.what = word::ping;
    out.type = "ping";
  } else if (op == 1) {
    taker into(out);
    nlohmann::json::sax_parse(payload_of(frame->wire()), &into);
    const auto* const at = std::ranges::find(words, string_view(out.type), &std::pair<string_view, word>::first);
    out.what = at == words.end() ? word::other : at->second;
    if (out.what == word::room_updated)
      out.room = room_id{std::exchange(out.message, {}).value};
  }
  return out;
}

std::size_t hearing::still_held() const {
  return static_cast<std::size_t>(
    std::ranges::count_if(all_, [](const heard& x) { return x.bytes->get_reference_count() > 1; }));
}

} // namespace parley::sim
