#include "protocol/plain_post.hpp"

#include "protocol/json_writer.hpp"
#include "protocol/text.hpp"
#include "protocol/words.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace parley {

namespace {

/// Reads JSON (RFC 8259) from left to right; every call is false where the text is not of the plain form.
class plain_reader {
public:
  explicit plain_reader(std::string_view text) : left_(text) {}

  /// `member(key)` reads the value of each member.
  template <class Member>
  bool object(Member member) {
    if (!take('{'))
      return false;
    do {
      std::string_view key;
      if (!string(key) || !take(':') || !member(key))
        return false;
    } while (take(','));
    return take('}');
  }

  bool string(std::string_view& out) {
    if (!take('"'))
      return false;
    const auto end =
      std::ranges::find_if(left_, [](char c) { return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20; });
    if (end == left_.end() || *end != '"')
      return false;
    out = left_.substr(0, static_cast<std::size_t>(end - left_.begin()));
    left_.remove_prefix(out.size() + 1);
    return true;
  }

  /// The digits of a positive integer.
  bool digits(std::string_view& out) {
    skip_space();
    const auto end = std::ranges::find_if(left_, [](char c) { return c < '0' || c > '9'; });
    out = left_.substr(0, static_cast<std::size_t>(end - left_.begin()));
    left_.remove_prefix(out.size());
    const bool goes_on = !left_.empty() && std::string_view(".eE").find(left_.front()) != std::string_view::npos;
    return !out.empty() && out.front() != '0' && out.size() <= 18 && !goes_on;
  }

  bool at_string() {
    skip_space();
    return left_.starts_with('"');
  }

  bool at_end() {
    skip_space();
    return left_.empty();
  }

private:
  void skip_space() {
    while (!left_.empty() && std::string_view(" \t\n\r").find(left_.front()) != std::string_view::npos)
      left_.remove_prefix(1);
  }

  bool take(char what) {
    skip_space();
    if (!left_.starts_with(what))
      return false;
    left_.remove_prefix(1);
    return true;
  }

  std::string_view left_;
};

/// A string that may come once. `data()` is null until it came.
bool once(plain_reader& in, std::string_view& out) {
  return out.data() == nullptr && in.string(out);
}

struct post_members {
  std::string_view content;
  std::string_view message_type;
  std::string_view client_msg_id;

  /// False for what is no such member, too.
  bool read(plain_reader& in, std::string_view key) {
    if (key == "content")
      return once(in, content);
    if (key == "message_type")
      return once(in, message_type);
    return key == "client_msg_id" && once(in, client_msg_id);
  }

  std::optional<post_draft> draft(const text_limits& bounds) const {
    if (!is_utf8(content) || says_nothing(content))
      return std::nullopt;
    // There are no more characters than bytes: most messages need not be counted.
    if (content.size() > bounds.content_characters && count_characters(content) > bounds.content_characters)
      return std::nullopt;
    post_draft out;
    out.content = content;
    if (message_type.data() != nullptr) {
      const auto known = parse_word<parley::message_type>(message_type);
      if (!known || *known == message_type::image) // which asks for files
        return std::nullopt;
      out.type = *known;
    }
    if (client_msg_id.data() != nullptr) {
      if (client_msg_id.empty() || client_msg_id.size() > limits::client_msg_id_max || !is_utf8(client_msg_id))
        return std::nullopt;
      out.client_msg_id = client_msg_id;
    }
    return out;
  }
};

} // namespace

std::optional<ws_request> read_plain_send_message(std::string_view text, const text_limits& bounds) {
  plain_reader in(text);
  std::string_view type;
  std::string_view room;
  std::string_view text_id;
  std::string_view number_id;
  bool has_payload = false;
  post_members post;
  const auto payload_member = [&](std::string_view key) {
    return key == "room_id" ? room.data() == nullptr && in.digits(room) : post.read(in, key);
  };
  const auto frame_member = [&](std::string_view key) {
    if (key == "type")
      return once(in, type) && type == "send_message";
    if (key == "payload")
      return !std::exchange(has_payload, true) && in.object(payload_member);
    if (key != "id" || text_id.data() != nullptr || number_id.data() != nullptr)
      return false;
    return in.at_string() ? in.string(text_id) && is_utf8(text_id) : in.digits(number_id);
  };
  if (!in.object(frame_member) || !in.at_end() || type.empty() || room.empty())
    return std::nullopt;
  auto draft = post.draft(bounds);
  if (!draft)
    return std::nullopt;
  ws_request out;
  if (text_id.data() != nullptr)
    append_json_string(out.request_id, text_id);
  else
    out.request_id = number_id;
  if (out.request_id.size() > limits::request_id_bytes)
    return std::nullopt;
  send_message_command command;
  std::from_chars(room.data(), room.data() + room.size(), command.room.value);
  command.draft = std::move(*draft);
  out.command = std::move(command);
  return out;
}

std::optional<chat_message_command> read_plain_chat_message(std::string_view text, const text_limits& bounds) {
  plain_reader in(text);
  std::string_view type;
  post_members post;
  const auto member = [&](std::string_view key) {
    return key == "type" ? once(in, type) && type == "chat_message" : post.read(in, key);
  };
  if (!in.object(member) || !in.at_end() || type.empty())
    return std::nullopt;
  auto draft = post.draft(bounds);
  if (!draft)
    return std::nullopt;
  return chat_message_command{std::move(*draft)};
}

} // namespace parley
