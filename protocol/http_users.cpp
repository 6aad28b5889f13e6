// Bodies about users and their tokens.
#include "protocol/base64.hpp"
#include "protocol/field_reader.hpp"
#include "protocol/forms.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/limits.hpp"
#include "protocol/model_json.hpp"
#include "protocol/page_json.hpp"
#include "protocol/text.hpp"

#include <algorithm>

namespace parley {

namespace {

constexpr std::size_t document_size = 256;

/// In normalisation form C, so that one name has one length and one spelling.
std::optional<std::string> read_username(field_reader& in, need how, const text_limits& bounds) {
  auto out = in.text("username", how);
  if (!out)
    return out;
  out = normalise(*out);
  in.check_length("username", count_characters(*out), bounds.username_min, bounds.username_max);
  if (!has_username_characters(*out))
    in.refuse("username", fault::bad_characters);
  return out;
}

std::optional<std::string> read_email(field_reader& in, need how) {
  auto out = in.text("email", how);
  if (!out)
    return out;
  if (out->size() > limits::email_max)
    in.check_length("email", out->size(), 0, limits::email_max, length_unit::bytes);
  else if (!looks_like_email(*out))
    in.refuse("email", fault::not_an_email);
  return out;
}

std::optional<std::string> read_password(field_reader& in, need how, const text_limits& bounds) {
  auto out = in.text("password", how);
  if (!out)
    return out;
  out = prepare_password(*out);
  in.check_length("password", out->size(), bounds.password_min_bytes, bounds.password_max_bytes, length_unit::bytes);
  return out;
}

std::string_view trim_spaces(std::string_view text) {
  constexpr std::string_view spaces = " \t\n\f\r";
  const auto from = std::min(text.find_first_not_of(spaces), text.size());
  return text.substr(from, text.find_last_not_of(spaces) + 1 - from);
}

/// True for what stands before the comma of a data URL (RFC 2397), in lower case, if the data is Base64 and may be a
/// picture: its type is `image/…`, or tells nothing. What it is, its bytes will tell. Parameters are passed over.
bool announces_image(std::string_view head) {
  constexpr std::string_view scheme = "data:";
  constexpr std::string_view marker = "base64";
  head = trim_spaces(head);
  if (!head.ends_with(marker) || !head.starts_with(scheme))
    return false;
  head = trim_spaces(head.substr(scheme.size(), head.size() - scheme.size() - marker.size()));
  if (!head.ends_with(';'))
    return false;
  const auto type = trim_spaces(head.substr(0, head.find(';')));
  return type.empty() || type.starts_with("image/") || type == "application/octet-stream";
}

/// The bytes in `text`, which is Base64 or a data URL of a picture in Base64; nullopt for anything else.
std::optional<std::string> decode_picture(std::string_view text) {
  if (text.find(':') == std::string_view::npos)
    return decode_any_base64(text);
  constexpr std::size_t head_max = 8192;
  text = trim_spaces(text);
  std::string start(text.substr(0, head_max));
  std::ranges::transform(start, start.begin(),
                         [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c); });
  auto comma = start.find(',');
  while (comma != std::string::npos && !announces_image(std::string_view(start).substr(0, comma)))
    comma = start.find(',', comma + 1); // a parameter may have commas in quotes
  if (comma == std::string::npos)
    return std::nullopt;
  const auto data = decode_path_segment(text.substr(comma + 1)); // in a URL `+`, `/` and `=` may be percent-encoded
  return data ? decode_any_base64(*data) : std::nullopt;
}

std::optional<std::string> read_avatar(field_reader& in, std::size_t bytes_max) {
  const auto text = in.text("avatar", need::optional);
  if (!text)
    return std::nullopt;
  auto out = decode_picture(*text);
  if (!out || out->empty())
    in.refuse("avatar", fault::not_an_image);
  else
    in.check_length("avatar", out->size(), 1, bytes_max);
  return out;
}

void write_briefs(json_writer& out, std::string_view key, const std::vector<room_brief>& rooms) {
  write_objects(out, key, rooms, [](json_writer& o, const room_brief& x) {
    o.number("id", x.id);
    o.text("name", x.name);
    o.boolean("is_active", x.is_active);
    o.number("unread", x.unread);
  });
}

void write_view(json_writer& out, const user_view& x) {
  write_members(out, x.user);
  out.boolean("online", x.online);
}

} // namespace

std::optional<std::string> decode_username(std::string_view text, const text_limits& bounds) {
  if (!is_utf8(text) || text.find('\0') != std::string_view::npos)
    return std::nullopt;
  auto out = normalise(text);
  const auto length = count_characters(out);
  if (length < bounds.username_min || length > bounds.username_max || !has_username_characters(out))
    return std::nullopt;
  return out;
}

decoded<registration> decode_registration(std::string_view json, const text_limits& bounds) {
  field_reader in{json};
  registration out;
  out.username = read_username(in, need::required, bounds).value_or("");
  out.email = read_email(in, need::required).value_or("");
  out.password = read_password(in, need::required, bounds).value_or("");
  return in.finish(std::move(out));
}

decoded<login_form> decode_login_json(std::string_view json) {
  field_reader in{json};
  login_form out;
  out.login = in.text("username", need::required).value_or("");
  out.password = in.text("password", need::required).value_or("");
  return in.finish(std::move(out));
}

decoded<refresh_request> decode_refresh(std::string_view json) {
  field_reader in{json};
  refresh_request out{in.text("refresh_token", need::required).value_or("")};
  return in.finish(std::move(out));
}

decoded<account_end> decode_account_end(std::string_view json) {
  field_reader in{json};
  account_end out{in.text("current_password", need::required).value_or("")};
  return in.finish(std::move(out));
}

decoded<profile_patch> decode_profile_patch(std::string_view json, std::size_t avatar_bytes_max,
                                            const text_limits& bounds) {
  field_reader in{json};
  profile_patch out;
  out.username = read_username(in, need::optional, bounds);
  out.email = read_email(in, need::optional);
  out.password = read_password(in, need::optional, bounds);
  out.current_password = in.text("current_password", in.has("password") ? need::required : need::optional);
  if (in.names("avatar"))
    out.avatar = read_avatar(in, avatar_bytes_max);
  auto done = in.finish(std::move(out));
  if (!done && done.error().fields == std::vector<field_fault>{{"avatar", fault::not_an_image}})
    done.error().code = error_code::bad_image;
  return done;
}

std::string encode(const user& x) {
  return encode_object(document_size, [&](json_writer& out) { write_members(out, x); });
}

std::string encode(const own_profile& x) {
  return encode_object(document_size + (x.owned.size() + x.joined.size()) * 96, [&](json_writer& out) {
    write_members(out, x.value);
    write_briefs(out, "owned_rooms", x.owned);
    write_briefs(out, "joined_rooms", x.joined);
    out.number("unread_notifications", x.unread_notifications);
  });
}

std::string encode(const token_pair& x) {
  return encode_object(document_size + x.access_token.size(), [&](json_writer& out) {
    out.text("access_token", x.access_token);
    out.text("refresh_token", x.refresh_token);
    out.text("token_type", "bearer");
    out.number("expires_in", x.expires_in_s);
  });
}

std::string encode(const page<login_session>& x) {
  return encode_page(x, document_size + 128, [](json_writer& out, const login_session& one) {
    out.number("id", one.id);
    out.time("created_at", one.created_at);
    out.time("last_used_at", one.last_used_at);
    out.text("address", one.address);
    out.text("user_agent", one.user_agent);
    out.boolean("current", one.current);
  });
}

std::string encode(const token_state& x) {
  return encode_object(document_size, [&](json_writer& out) {
    out.boolean("valid", true);
    out.number("user_id", x.user);
    out.text("username", x.username);
    out.time("expires_at", x.expires_at);
  });
}

std::string encode(const user_view& x) {
  return encode_object(document_size, [&](json_writer& out) { write_view(out, x); });
}

std::string encode(const page<user_view>& x) {
  return encode_page(x, 128, write_view);
}

std::string encode(const page<user_brief>& x) {
  return encode_page(x, 96, [](json_writer& out, const user_brief& u) { write_members(out, u); });
}

} // namespace parley
