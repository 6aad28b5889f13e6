// Frames of /ws/{client_id}: {"type", members…}.
#include "protocol/command_table.hpp"
#include "protocol/raw_member.hpp"

#include <nlohmann/json.hpp>

namespace parley {

namespace {

using client_read_result = tl::expected<client_command, error_code>;

client_read_result read_hello(const frame_members& in) {
  const auto* message = find_text(in.object, "message");
  if (message == nullptr)
    return tl::unexpected{error_code::bad_message};
  return hello_command{*message};
}

client_read_result read_client_ping(const frame_members& in) {
  const auto timestamp = raw_member(in.frame, "timestamp");
  return ping_command{timestamp.empty() ? "null" : std::string{timestamp}};
}

constexpr std::array client_kinds{command_kind<client_command>{"hello", read_hello},
                                  command_kind<client_command>{"ping", read_client_ping}};
constexpr auto known_client_types = types_of(client_kinds);
constexpr std::array<std::string_view, 1> known_task_types{"ping"};
static_assert(client_kinds.size() == std::variant_size_v<client_command>, "a command has no reader");

} // namespace

tl::expected<client_command, frame_fault> decode_client(std::string_view text) {
  return decode_flat(client_kinds, text);
}

std::span<const std::string_view> client_command_types() {
  return known_client_types;
}

std::span<const std::string_view> task_command_types() {
  return known_task_types;
}

} // namespace parley
