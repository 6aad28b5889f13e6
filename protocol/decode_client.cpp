// Frames of /ws/{client_id}: {"type", members…}.
#include "protocol/command_table.hpp"
#include "protocol/raw_member.hpp"

#include <nlohmann/json.hpp>

namespace parley {

namespace {

using read_result = tl::expected<client_command, error_code>;

read_result read_hello(const frame_members& in) {
  const auto* message = find_text(in.object, "message");
  if (message == nullptr)
    return tl::unexpected{error_code::bad_message};
  return hello_command{*message};
}

read_result read_ping(const frame_members& in) {
  const auto timestamp = raw_member(in.frame, "timestamp");
  return ping_command{timestamp.empty() ? "null" : std::string{timestamp}};
}

constexpr std::array kinds{command_kind<client_command>{"hello", read_hello},
                           command_kind<client_command>{"ping", read_ping}};
constexpr auto types = types_of(kinds);
constexpr std::array<std::string_view, 1> task_types{"ping"};
static_assert(kinds.size() == std::variant_size_v<client_command>, "a command has no reader");

} // namespace

tl::expected<client_command, frame_fault> decode_client(std::string_view text) {
  return decode_flat(kinds, text);
}

std::span<const std::string_view> client_command_types() {
  return types;
}

std::span<const std::string_view> task_command_types() {
  return task_types;
}

} // namespace parley
