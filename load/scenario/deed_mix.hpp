// What simulated users do, and how often each.
#pragma once

#include <tl/expected.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::load {

/// One thing that a user does in a chat.
enum class deed : std::uint8_t {
  text,      ///< sends a message
  typing,    ///< is seen typing for a while, then sends a message
  history,   ///< reads a room's latest messages over HTTP
  leave,     ///< leaves a room, and comes back after a while
  reconnect, ///< drops its connection and comes back at once, into all of its rooms
};

inline constexpr std::size_t deed_count = 5;

/// `text` and so on, as in `--mix`.
std::string_view name_of(deed what);

/// Weights of deeds; what is not named weighs nothing.
class deed_mix {
public:
  /// `text=70,typing=15`: whole numbers, of any sum. The error is one phrase for people.
  static tl::expected<deed_mix, std::string> parse(std::string_view text);

  [[nodiscard]] bool has(deed what) const { return weights_[static_cast<std::size_t>(what)] != 0; }
  void remove(deed what) { weights_[static_cast<std::size_t>(what)] = 0; }
  [[nodiscard]] bool empty() const { return sum() == 0; }

  /// By chance: `random` is spread evenly over all its values. Not for an empty mix.
  [[nodiscard]] deed draw(std::uint64_t random) const;

private:
  [[nodiscard]] std::uint64_t sum() const;

  std::array<std::uint32_t, deed_count> weights_{};
};

} // namespace parley::load
