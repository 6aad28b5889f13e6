// Replies to one connection of /ws/{client_id}, of a task's channel or of a check.
#include "protocol/event_types.hpp"
#include "protocol/model_json.hpp"
#include "protocol/reply_json.hpp"

namespace parley {

namespace {

/// Writes what stands beside the `type`.
class member_writer {
public:
  member_writer(json_writer& out, language lang, std::span<const std::string_view> supported)
    : out_(out), lang_(lang), supported_(supported) {}

  // -- /ws/{client_id} ------------------------------------------------------------

  void operator()(const client_connected_reply& x) {
    out_.text("client_id", x.client);
    out_.text("message", text(phrase::connected, lang_));
    out_.number_or_null("user_id", x.user);
    out_.text("auth_status", name(x.status));
  }

  void operator()(const hello_reply& x) {
    out_.text("message", x.message);
    out_.text("client_id", x.client);
    write_frame_user_or_null(out_, x.user);
  }

  void operator()(const push_reply& x) { out_.raw("data", x.data); }

  void operator()(const pong_reply& x) {
    write_echo(out_, x);
    write_members(out_, x);
  }

  // -- tasks and checks -----------------------------------------------------------

  void operator()(const task_connected_reply& x) {
    out_.text("message", text(phrase::websocket_connected, lang_));
    out_.text("connection_id", x.connection);
    out_.number("user_id", x.user);
    out_.text("auth_status", name(x.status));
  }

  void operator()(const task_status_reply& x) { write_members(out_, x.value); }
  void operator()(const simple_connected_reply& x) { out_.text("connection_id", x.connection); }

  void operator()(const echo_reply& x) {
    out_.text("connection_id", x.connection);
    out_.text("data", x.data);
    out_.number("count", x.count);
  }

  void operator()(const test_reply& x) {
    out_.text("connection_id", x.connection);
    out_.text("message", text(phrase::test_connected, lang_));
  }

  // -- everywhere -----------------------------------------------------------------

  void operator()(const server_draining_reply& x) { write_members(out_, x); }
  void operator()(const error_reply& x) { write_flat_members(out_, x, lang_, supported_); }

private:
  json_writer& out_;
  language lang_;
  std::span<const std::string_view> supported_;
};

} // namespace

std::string encode_channel(const channel_reply& reply, language lang, std::span<const std::string_view> supported) {
  json_writer out{reply_size};
  std::visit(
    [&]<class Reply>(const Reply& x) {
      out.begin_object();
      out.text("type", type_of<Reply>);
      member_writer{out, lang, supported}(x);
      out.end_object();
    },
    reply);
  return out.take();
}

} // namespace parley
