// `--assert 'p99_ms<50'`: what a run must come to.
#pragma once

#include "load/measure/figures.hpp"

#include <tl/expected.hpp>

#include <string>
#include <string_view>

namespace parley::load {

struct assertion {
  enum class relation : std::uint8_t { less, less_or_equal, greater, greater_or_equal, equal };

  std::string text; ///< as it was given
  std::string name; ///< of the figure, with its tag; of an operation that of its family: `p99_ms{op=ack}`, `ack_p99_ms`
  relation how = relation::equal;
  double bound = 0;
};

/// `NAME OP NUMBER` or `NAME{KEY=VALUE} OP NUMBER` with `<`, `<=`, `>`, `>=` or `==`, spaces or none between. The error
/// is one phrase for people.
tl::expected<assertion, std::string> parse_assertion(std::string_view text);

struct checked {
  assertion what;
  figure value; ///< null where the run could not tell
  bool held = false;
};

/// A figure that the run could not tell holds nothing.
checked check(const assertion& what, const figures& values);

} // namespace parley::load
