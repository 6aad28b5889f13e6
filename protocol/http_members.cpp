// Bodies about members of rooms: asking, inviting, roles, mutes.
#include "protocol/field_reader.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/model_json.hpp"
#include "protocol/page_json.hpp"

namespace parley {

decoded<member_request> decode_member_request(std::string_view json) {
  member_request out;
  if (json.empty())
    return out;
  field_reader in{json};
  if (const auto user = in.row_id("user_id", need::optional))
    out.user = user_id{*user};
  return in.finish(out);
}

decoded<member_patch> decode_member_patch(std::string_view json) {
  field_reader in{json};
  member_patch out;
  out.role = in.choice<member_role>("role");
  if (out.role == member_role::owner) // a room has one owner, who hands it over by a transfer
    in.refuse("role", fault::not_a_choice);
  const bool mutes = in.names("muted_until");
  if (mutes)
    out.muted_until = in.time("muted_until");
  if (mutes && in.has("role"))
    in.refuse("muted_until", fault::exclusive);
  else if (!mutes && in.is_object() && !in.has("role"))
    in.refuse("role", fault::required);
  return in.finish(out);
}

decoded<user_reference> decode_user_reference(std::string_view json) {
  field_reader in{json};
  user_reference out{user_id{in.row_id("user_id", need::required).value_or(0)}};
  return in.finish(out);
}

std::string encode(const member_state& x) {
  return encode_object(192, [&](json_writer& out) {
    write_members(out, x.member);
    out.time_or_null("muted_until", x.muted_until);
  });
}

std::string encode(const admission& x) {
  return encode_object(96, [&](json_writer& out) {
    out.text("status", x.pending ? "pending" : "joined");
    if (x.pending) {
      out.number("notification_id", x.pending->id);
      out.text("type", name(x.pending->kind));
    }
  });
}

} // namespace parley
