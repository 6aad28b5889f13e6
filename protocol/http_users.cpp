// Bodies about users and their tokens.
#include "protocol/field_reader.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/limits.hpp"
#include "protocol/model_json.hpp"
#include "protocol/text.hpp"

namespace parley {

namespace {

constexpr std::size_t document_size = 256;

/// In normalisation form C, so that one name has one length and one spelling.
std::optional<std::string> read_username(field_reader& in, need how) {
  auto out = in.text("username", how);
  if (!out)
    return out;
  out = normalise(*out);
  in.check_length("username", count_characters(*out), limits::username_min, limits::username_max);
  if (!has_username_characters(*out))
    in.refuse("username", fault::bad_characters);
  return out;
}

std::optional<std::string> read_email(field_reader& in, need how) {
  auto out = in.text("email", how);
  if (!out)
    return out;
  if (out->size() > limits::email_max)
    in.refuse("email", fault::too_long);
  else if (!looks_like_email(*out))
    in.refuse("email", fault::not_an_email);
  return out;
}

std::optional<std::string> read_password(field_reader& in, need how) {
  auto out = in.text("password", how);
  if (out)
    in.check_length("password", out->size(), limits::password_min, limits::password_max);
  return out;
}

void write_briefs(json_writer& out, std::string_view key, const std::vector<room_brief>& rooms) {
  out.begin_array(key);
  for (const auto& x : rooms) {
    out.begin_object();
    out.number("id", x.id);
    out.text("name", x.name);
    out.boolean("is_active", x.is_active);
    out.number("unread", x.unread);
    out.end_object();
  }
  out.end_array();
}

} // namespace

decoded<registration> decode_registration(std::string_view json) {
  field_reader in{json};
  registration out;
  out.username = read_username(in, need::required).value_or("");
  out.email = read_email(in, need::required).value_or("");
  out.password = read_password(in, need::required).value_or("");
  return in.finish(std::move(out));
}

decoded<refresh_request> decode_refresh(std::string_view json) {
  field_reader in{json};
  refresh_request out{in.text("refresh_token", need::required).value_or("")};
  return in.finish(std::move(out));
}

decoded<profile_patch> decode_profile_patch(std::string_view json) {
  field_reader in{json};
  profile_patch out;
  out.username = read_username(in, need::optional);
  out.email = read_email(in, need::optional);
  out.password = read_password(in, need::optional);
  out.current_password = in.text("current_password", in.has("password") ? need::required : need::optional);
  return in.finish(std::move(out));
}

std::string encode(const user& x) {
  json_writer out{document_size};
  out.begin_object();
  write_members(out, x);
  out.end_object();
  return out.take();
}

std::string encode(const own_profile& x) {
  json_writer out{document_size + (x.owned.size() + x.joined.size()) * 96};
  out.begin_object();
  write_members(out, x.value);
  write_briefs(out, "owned_rooms", x.owned);
  write_briefs(out, "joined_rooms", x.joined);
  out.number("unread_notifications", x.unread_notifications);
  out.end_object();
  return out.take();
}

std::string encode(const token_pair& x) {
  json_writer out{document_size + x.access_token.size()};
  out.begin_object();
  out.text("access_token", x.access_token);
  out.text("refresh_token", x.refresh_token);
  out.text("token_type", "bearer");
  out.number("expires_in", x.expires_in_s);
  out.end_object();
  return out.take();
}

std::string encode(const token_state& x) {
  json_writer out{document_size};
  out.begin_object();
  out.boolean("valid", true);
  out.number("user_id", x.user);
  out.text("username", x.username);
  out.time("expires_at", x.expires_at);
  out.end_object();
  return out.take();
}

} // namespace parley
