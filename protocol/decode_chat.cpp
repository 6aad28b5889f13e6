// Frames of /ws/chat/{room_id}/: {"type", members…}.
#include "protocol/commands.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/post_reader.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace parley {

namespace {

using nlohmann::json;
using read_result = tl::expected<chat_command, error_code>;

read_result read_chat_message(const json& frame) {
  auto draft = read_post(frame);
  if (!draft)
    return tl::unexpected{draft.error()};
  return chat_message_command{std::move(*draft)};
}

read_result read_typing(const json& frame) {
  const auto is_typing = read_boolean(frame, "is_typing");
  if (!is_typing)
    return tl::unexpected{error_code::bad_message};
  return chat_typing_command{*is_typing};
}

template <class Command>
read_result read_bare(const json&) {
  return Command{};
}

using reader = read_result (*)(const json& frame);

// Both in the order of the variant.
constexpr std::array types{std::string_view{"chat_message"}, std::string_view{"typing"}, std::string_view{"user_join"},
                           std::string_view{"user_leave"}, std::string_view{"ping"}};
constexpr std::array<reader, types.size()> readers{read_chat_message, read_typing, read_bare<chat_join_command>,
                                                   read_bare<chat_leave_command>, read_bare<chat_ping_command>};
static_assert(types.size() == std::variant_size_v<chat_command>, "a command has no type or no reader");

read_result read_command(const json& frame) {
  const auto* type = find_member(frame, "type");
  if (type == nullptr || !type->is_string())
    return tl::unexpected{error_code::bad_message};
  const auto at = std::find(types.begin(), types.end(), type->get_ref<const std::string&>());
  if (at == types.end())
    return tl::unexpected{error_code::unknown_type};
  return readers[static_cast<std::size_t>(at - types.begin())](frame);
}

} // namespace

tl::expected<chat_command, frame_fault> decode_chat(std::string_view text) {
  const auto frame = parse_json(text);
  if (!frame || !frame->is_object() || holds_nul(text))
    return tl::unexpected{frame_fault{}};
  auto command = read_command(*frame);
  if (!command)
    return tl::unexpected{frame_fault{command.error(), {}}};
  return std::move(*command);
}

std::span<const std::string_view> chat_command_types() {
  return types;
}

} // namespace parley
