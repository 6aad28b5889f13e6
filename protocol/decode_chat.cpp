// Frames of /ws/chat/{room_id}/: {"type", members…}.
#include "protocol/command_table.hpp"
#include "protocol/plain_post.hpp"
#include "protocol/post_reader.hpp"

#include <nlohmann/json.hpp>

namespace parley {

namespace {

using chat_read_result = tl::expected<chat_command, error_code>;

chat_read_result read_chat_message(const frame_members& in) {
  auto draft = read_post(in.object, in.bounds);
  if (!draft)
    return tl::unexpected{draft.error()};
  return chat_message_command{std::move(*draft)};
}

chat_read_result read_chat_typing(const frame_members& in) {
  const auto is_typing = read_boolean(in.object, "is_typing");
  if (!is_typing)
    return tl::unexpected{error_code::bad_message};
  return chat_typing_command{*is_typing};
}

template <class Command>
chat_read_result read_bare(const frame_members&) {
  return Command{};
}

using chat_kind = command_kind<chat_command>;

// In the order of the variant.
constexpr std::array chat_kinds{chat_kind{"chat_message", read_chat_message}, chat_kind{"typing", read_chat_typing},
                                chat_kind{"user_join", read_bare<chat_join_command>},
                                chat_kind{"user_leave", read_bare<chat_leave_command>},
                                chat_kind{"ping", read_bare<chat_ping_command>}};
constexpr auto known_chat_types = types_of(chat_kinds);
static_assert(chat_kinds.size() == std::variant_size_v<chat_command>, "a command has no reader");

} // namespace

tl::expected<chat_command, frame_fault> decode_chat(std::string_view text, const text_limits& bounds) {
  if (auto plain = read_plain_chat_message(text, bounds))
    return std::move(*plain);
  return decode_flat(chat_kinds, text, bounds);
}

std::span<const std::string_view> chat_command_types() {
  return known_chat_types;
}

} // namespace parley
