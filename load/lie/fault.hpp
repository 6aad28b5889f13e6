// What the lying server does wrong, and by which figure a run must find it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace parley::load {

enum class fault : std::uint8_t {
  none,
  batched,
  lost,
  doubled,
  doubled_late,
  swapped,
  astray,
  cut,
  changed,
  longer,
  forged,
  own_ids,
  unacknowledged,
  complaining,
  slow,
};

struct fault_row {
  fault what;
  std::string_view name;
  std::string_view about;  ///< one line for people
  std::string_view figure; ///< that is above 0 in a run against it; empty: it is no fault, and all are 0
};

/// Each fault befalls every fifth delivery (or acknowledgement), where nothing else is said.
// clang-format off
inline constexpr std::array all_faults = std::to_array<fault_row>({
  {fault::none, "none", "the truth", ""},
  {fault::batched, "batched", "the truth, two messages in a frame where they come in pairs", ""},
  {fault::lost, "lost", "deliveries are left out", "lost"},
  {fault::doubled, "doubled", "deliveries come twice", "doubled"},
  {fault::doubled_late, "doubled-late", "deliveries come again after 300 ms", "doubled"},
  {fault::swapped, "swapped", "a delivery changes places with the next one", "out_of_order"},
  {fault::astray, "astray", "deliveries also go to a member of another room", "strays"},
  {fault::cut, "cut", "texts lose their last four characters", "damaged"},
  {fault::changed, "changed", "the last character of a text is another", "damaged"},
  {fault::longer, "longer", "texts have a character more", "damaged"},
  {fault::forged, "forged", "texts say that they were sent later than they were, so that they seem fast", "damaged"},
  {fault::own_ids, "own-ids", "each member is told ids of its own, which rise", "id_conflicts"},
  {fault::unacknowledged, "unacknowledged", "messages are delivered and not acknowledged", "unacknowledged"},
  {fault::complaining, "complaining", "an error comes beside a delivery", "errors"},
  {fault::slow, "slow", "every delivery is 50 ms late", ""},
});
// clang-format on

/// How late a `slow` delivery is.
inline constexpr std::int64_t slow_ns = 50'000'000;

inline std::optional<fault> fault_named(std::string_view name) {
  for (const fault_row& each : all_faults)
    if (each.name == name)
      return each.what;
  return std::nullopt;
}

} // namespace parley::load
