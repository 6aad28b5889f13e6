// Bodies about notifications.
#include "protocol/field_reader.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/model_json.hpp"
#include "protocol/page_json.hpp"

namespace parley {

namespace {

constexpr std::size_t notification_size = 320;

/// Reads a required member that is one of two words; true for the first.
bool read_either(field_reader& in, std::string_view key, std::string_view yes, std::string_view no) {
  const auto word = in.text(key, need::required);
  if (word && *word != yes && *word != no)
    in.refuse(key, fault::not_a_choice);
  return word == yes;
}

} // namespace

decoded<notification_mark> decode_notification_mark(std::string_view json) {
  field_reader in{json};
  notification_mark out{read_either(in, "status", name(notification_status::read), name(notification_status::unread))};
  return in.finish(out);
}

decoded<notification_answer> decode_notification_answer(std::string_view json) {
  field_reader in{json};
  notification_answer out;
  out.accept = read_either(in, "action", "accept", "reject");
  out.token = in.text("token", need::required).value_or("");
  return in.finish(std::move(out));
}

std::string encode(const notification& x) {
  return encode_object(notification_size, [&](json_writer& out) { write_members(out, x); });
}

std::string encode(const page<notification>& x) {
  return encode_page(x, notification_size, [](json_writer& out, const notification& n) { write_members(out, n); });
}

std::string encode(const notification_outcome& x) {
  return encode_object(64, [&](json_writer& out) {
    out.text("status", name(x.status));
    out.number("room_id", x.room);
  });
}

} // namespace parley
