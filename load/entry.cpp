#include "load/entry.hpp"

#include "load/marker.hpp"

namespace parley::load {

std::string entry_target(const ws_url& url, wire_path path, std::uint32_t room, std::string_view token) {
  std::string target = url.path;
  if (path == wire_path::flat)
    target.append("/chat/").append(std::to_string(room)).append("/");
  if (target.empty())
    target = "/";
  return target.append("?token=").append(token);
}

tl::expected<entry_state, std::string> advance_entry(client& link, entry_state state, wire_path path,
                                                     std::uint32_t room, std::string_view text) {
  const std::string_view type = type_of(text);
  if (type == "error" || type == "room_join_error")
    return tl::unexpected("the server answered " + code_of(text));
  if (state == entry_state::greeting_awaited && path == wire_path::envelope && type == "connected") {
    const auto status = find_text(text, "\"auth_status\":");
    if (status != "authenticated")
      return tl::unexpected("the server greets it as " + std::string(status.value_or("nobody")));
    if (room == 0)
      return entry_state::inside;
    link.send(R"({"type":"join_room","payload":{"room_id":)" + std::to_string(room) + "}}");
    return entry_state::room_awaited;
  }
  if (state == entry_state::greeting_awaited && path == wire_path::flat && type == "connection_established") {
    // The greeting does not promise that the room has us yet; an answer to this does, even where the user is there
    // twice.
    link.send(R"({"type":"user_join"})");
    return entry_state::room_awaited;
  }
  if (state == entry_state::room_awaited && type == (path == wire_path::flat ? "user_join" : "room_joined"))
    return entry_state::inside;
  return state;
}

std::string_view type_of(std::string_view text) {
  return find_text(text, "\"type\":").value_or(std::string_view());
}

std::string code_of(std::string_view text) {
  return std::string(find_text(text, "\"code\":").value_or("error"));
}

} // namespace parley::load
