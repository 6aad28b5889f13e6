// The tables by which a frame's `type` finds what reads it. Inside `protocol/` only.
#pragma once

#include "protocol/commands.hpp"
#include "protocol/json_reader.hpp"
#include "protocol/limits.hpp"

#include <nlohmann/json_fwd.hpp>
#include <tl/expected.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <string_view>
#include <utility>

namespace parley {

/// What a command is read from.
struct frame_members {
  const nlohmann::json& object; ///< holds the command's members: the payload, or a flat frame itself
  std::string_view frame;       ///< the whole frame as the client wrote it
  const text_limits& bounds;
};

/// One `type` and its reader, which gives `bad_message` if a member is missing or mistyped, `validation_failed`
/// where one is out of bounds.
template <class Command>
struct command_kind {
  std::string_view type;
  tl::expected<Command, error_code> (*read)(const frame_members& in);
};

template <class Command, std::size_t N>
constexpr std::array<std::string_view, N> types_of(const std::array<command_kind<Command>, N>& kinds) {
  std::array<std::string_view, N> out;
  for (std::size_t i = 0; i < N; ++i)
    out[i] = kinds[i].type;
  return out;
}

/// `bad_message` if the frame has no `type`, `unknown_type`.
template <class Command, std::size_t N>
tl::expected<const command_kind<Command>*, error_code> find_kind(const std::array<command_kind<Command>, N>& kinds,
                                                                 const nlohmann::json& frame) {
  const auto* type = find_text(frame, "type");
  if (type == nullptr)
    return tl::unexpected{error_code::bad_message};
  const auto at = std::find_if(kinds.begin(), kinds.end(), [&](const auto& x) { return x.type == *type; });
  if (at == kinds.end())
    return tl::unexpected{error_code::unknown_type};
  return &*at;
}

/// Decodes `{"type", members…}`.
template <class Command, std::size_t N>
tl::expected<Command, frame_fault> decode_flat(const std::array<command_kind<Command>, N>& kinds, std::string_view text,
                                               const text_limits& bounds = {}) {
  tl::expected<Command, frame_fault> out = tl::unexpected{frame_fault{}};
  const auto decode = [&](const nlohmann::json& frame) {
    const auto kind = find_kind(kinds, frame);
    auto command =
      kind ? (*kind)->read({frame, text, bounds}) : tl::expected<Command, error_code>(tl::unexpected{kind.error()});
    if (command)
      out = std::move(*command);
    else
      out = tl::unexpected{frame_fault{command.error(), {}}};
  };
  with_object(text, std::ref(decode));
  return out;
}

} // namespace parley
