// Replies to one connection of /ws/chat/{room_id}/.
#include "protocol/event_types.hpp"
#include "protocol/model_json.hpp"
#include "protocol/reply_json.hpp"

namespace parley {

namespace {

/// Writes what stands beside the `type`.
class flat_member_writer {
public:
  flat_member_writer(json_writer& out, language lang) : out_(out), lang_(lang) {}

  void operator()(const connection_established_reply& x) {
    out_.text("message", text(phrase::connected, lang_));
    write_frame_user(out_, x.user, x.guest_name);
  }

  void operator()(const user_join_reply& x) { write_frame_user(out_, x.user, x.guest_name); }
  void operator()(const user_leave_reply& x) { write_frame_user(out_, x.user, x.guest_name); }
  void operator()(const pong_reply& x) { write_members(out_, x); }
  void operator()(const server_draining_reply& x) { write_members(out_, x); }
  void operator()(const error_reply& x) { write_flat_members(out_, x, lang_, chat_command_types()); }

private:
  json_writer& out_;
  language lang_;
};

} // namespace

std::string encode_flat(const flat_reply& reply, language lang) {
  json_writer out{reply_size};
  std::visit(
    [&]<class Reply>(const Reply& x) {
      out.begin_object();
      out.text("type", type_of<Reply>);
      flat_member_writer{out, lang}(x);
      out.end_object();
    },
    reply);
  return out.take();
}

} // namespace parley
