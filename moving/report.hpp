// What came, what did not, and why: nothing is left out or changed without a line here.
#pragma once

#include "moving/fields.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace parley::moving {

/// Why a row did not come as it was. `report.cpp` has a sentence for each.
enum class rule : std::uint8_t {
  // left out
  without_id,
  twice,
  no_room,
  no_user,
  no_owner,
  says_nothing,
  unknown_type,
  banned_here,
  // came, but changed
  new_id,
  new_name,
  new_email,
  repaired,
  cut,
  no_time,
  unknown_word,
  new_owner,
  stand_in,
  answered,
  // to be looked at
  reserved,
  foreign_password,
  no_password,
  disabled,
  administrator,
  no_picture,
  long_text,
  not_taken,
};
inline constexpr std::size_t rule_count = static_cast<std::size_t>(rule::not_taken) + 1;

std::string_view name(rule x);

/// Rows of one kind.
struct row_counts {
  std::int64_t read = 0;
  std::int64_t taken = 0;
  std::int64_t here_before = 0; ///< by an earlier import of the same source
  std::int64_t left_out = 0;
};

class report {
public:
  /// `lines`, where it is not null, gets each note as a line of JSON, `{"kind","id","rule","what"}`; it outlives this.
  explicit report(std::ostream* lines) : lines_(lines) {}

  row_counts& of(kind x) { return counts_[static_cast<std::size_t>(x)]; }
  const row_counts& of(kind x) const { return counts_[static_cast<std::size_t>(x)]; }

  void note(kind of, std::string_view id, rule why, std::string_view what);
  /// A note about a whole kind, where it was not made before.
  void note_once(kind of, rule why, std::string_view what);
  /// A note about the source.
  void note_source(std::string_view what, std::string_view why);

  /// A table of the counts, then each rule that applied: how often, what it means, and the first few rows.
  std::string summary() const;

private:
  struct noted {
    std::int64_t times = 0;
    std::vector<std::string> first;
  };

  void add(std::string_view kind_name, std::string_view id, rule why, std::string_view what);

  std::ostream* lines_;
  std::array<row_counts, all_kinds.size()> counts_;
  std::map<rule, noted> notes_;
  std::map<std::pair<kind, rule>, std::vector<std::string>> once_;
};

} // namespace parley::moving
