// Webhooks and their events, as administrators see and change them.
#include "protocol/field_reader.hpp"
#include "protocol/http_codec.hpp"
#include "protocol/limits.hpp"
#include "protocol/page_json.hpp"

namespace parley {

namespace {

constexpr std::size_t kinds_max = 16; ///< more than there are

constexpr std::size_t webhook_size = 256;
constexpr std::size_t delivery_size = 640;

std::optional<std::string> read_url(field_reader& in, need how) {
  auto out = in.text("url", how);
  if (out && out->size() > limits::url_max)
    in.check_length("url", out->size(), 1, limits::url_max, length_unit::bytes);
  else if (out && !parse_webhook_url(*out))
    in.refuse("url", fault::not_a_url);
  return out;
}

std::optional<std::string> read_secret(field_reader& in) {
  auto out = in.text("secret", need::optional);
  if (out && !webhook_key(*out))
    in.refuse("secret", fault::not_a_webhook_secret);
  return out;
}

std::vector<webhook_kind> read_kinds(field_reader& in) {
  std::vector<webhook_kind> out;
  for (const auto& word : in.texts("events", kinds_max)) {
    const auto kind = parse_word<webhook_kind>(word);
    if (!kind || *kind == webhook_kind::test) {
      in.refuse("events", fault::not_a_choice);
      break;
    }
    out.push_back(*kind);
  }
  return out;
}

std::vector<room_id> read_rooms(field_reader& in) {
  std::vector<room_id> out;
  for (const auto number : in.row_ids("rooms", limits::webhook_rooms_max))
    out.emplace_back(number);
  return out;
}

void write_webhook(json_writer& out, const webhook& x) {
  out.number("id", x.id);
  out.text("url", x.url);
  out.begin_array("events");
  for (const auto kind : x.kinds)
    out.text(name(kind));
  out.end_array();
  out.begin_array("rooms");
  for (const auto room : x.rooms)
    out.number(room.value);
  out.end_array();
  out.boolean("enabled", x.enabled);
  out.text_or_null("disabled_because", x.disabled_because.empty() ? std::nullopt : std::optional(x.disabled_because));
  out.boolean("is_configured", x.is_configured);
  out.time("created_at", x.created_at);
  out.number("pending", x.pending);
  out.number("dead", x.dead);
}

void write_delivery(json_writer& out, const webhook_delivery& x) {
  out.number("id", x.id);
  out.number("webhook_id", x.hook);
  out.text("event_id", x.event);
  out.text("event", name(x.kind));
  out.number_or_null("room_id", x.room);
  out.text("state", name(x.state));
  out.number("attempts", x.attempts);
  out.time("created_at", x.created_at);
  out.time_or_null("next_at", x.state == delivery_state::pending ? std::optional(x.next_at) : std::nullopt);
  out.text_or_null("last_error", x.last_error.empty() ? std::nullopt : std::optional(x.last_error));
  out.raw("payload", x.payload);
}

} // namespace

decoded<webhook_draft> decode_webhook(std::string_view json) {
  field_reader in{json};
  webhook_draft out;
  out.url = read_url(in, need::required).value_or("");
  out.secret = read_secret(in).value_or("");
  out.kinds = read_kinds(in);
  out.rooms = read_rooms(in);
  out.enabled = in.boolean("enabled").value_or(true);
  return in.finish(std::move(out));
}

decoded<webhook_patch> decode_webhook_patch(std::string_view json) {
  field_reader in{json};
  webhook_patch out;
  out.url = read_url(in, need::optional);
  out.secret = read_secret(in);
  if (in.has("events"))
    out.kinds = read_kinds(in);
  if (in.has("rooms"))
    out.rooms = read_rooms(in);
  out.enabled = in.boolean("enabled");
  return in.finish(std::move(out));
}

std::string encode(const webhook& x, bool with_secret) {
  return encode_object(webhook_size, [&](json_writer& out) {
    write_webhook(out, x);
    if (with_secret)
      out.text("secret", x.secret);
  });
}

std::string encode(const page<webhook>& x) {
  return encode_page(x, webhook_size, write_webhook);
}

std::string encode(const webhook_delivery& x) {
  return encode_object(delivery_size, [&](json_writer& out) { write_delivery(out, x); });
}

std::string encode(const page<webhook_delivery>& x) {
  return encode_page(x, delivery_size, write_delivery);
}

} // namespace parley
