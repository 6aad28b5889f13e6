#include "actors/room/turns.hpp"

#include "actors/patience.hpp"

namespace parley {

moment user_turns::answer_due() const {
  return options_.now.steady() + answer_patience;
}

} // namespace parley
