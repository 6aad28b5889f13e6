#include "protocol/reply_json.hpp"

#include "protocol/model_json.hpp"

namespace parley {

void write_members(json_writer& out, const pong_reply& x) {
  out.number("server_time_ms", x.server_time.time_since_epoch().count());
}

void write_echo(json_writer& out, const pong_reply& x) {
  out.raw("timestamp", x.echo.empty() ? std::string_view{"null"} : x.echo);
}

void write_members(json_writer& out, const server_draining_reply& x) {
  out.number("reconnect_after_ms", x.reconnect_after_ms);
}

void write_extras(json_writer& out, const error_reply& x, std::span<const std::string_view> types) {
  if (x.code == error_code::unknown_type) {
    out.begin_array("supported_types");
    for (std::string_view type : types)
      out.text(type);
    out.end_array();
  }
  if (x.retry_after_ms)
    out.number("retry_after_ms", *x.retry_after_ms);
}

void write_flat_members(json_writer& out, const error_reply& x, language lang,
                        std::span<const std::string_view> types) {
  out.text("message", text(x.code, lang));
  out.text("code", name(x.code));
  write_extras(out, x, types);
}

void write_frame_user_or_null(json_writer& out, const std::optional<user_brief>& x) {
  if (x)
    write_frame_user(out, *x);
  else
    out.null("user");
}

} // namespace parley
