// How letters of cursive scripts join (Unicode §9.2), as far as names need it. Inside `protocol/` only.
#pragma once

#include <cstdint>

namespace parley {

/// Joining_Type Dual_Joining or Left_Joining: the letter joins to the one that is written behind it.
bool joins_to_the_next(std::int32_t c);

/// Joining_Type Dual_Joining or Right_Joining: the letter joins to the one that is written before it.
bool joins_to_the_last(std::int32_t c);

} // namespace parley
