// Who is to hear which message of one room while its members come and go, and who did.
#pragma once

#include "load/measure/deliveries.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace parley::load {

/// A set of small numbers.
class place_set {
public:
  explicit place_set(std::size_t places) : words_((places + 63) / 64) {}

  [[nodiscard]] bool has(std::uint32_t place) const { return (words_[place / 64] >> place % 64 & 1) != 0; }
  void add(std::uint32_t place) { words_[place / 64] |= bit(place); }
  void remove(std::uint32_t place) { words_[place / 64] &= ~bit(place); }
  void clear() { words_.assign(words_.size(), 0); }
  [[nodiscard]] std::uint32_t size() const;

private:
  static std::uint64_t bit(std::uint32_t place) { return std::uint64_t{1} << place % 64; }

  std::vector<std::uint64_t> words_;
};

/// Who hears a message beside its sender.
enum class audience : std::uint8_t {
  everyone,
  others, ///< all but the sender
  sender, ///< nobody but the sender
};

/// A member is owed a message where its joining was confirmed before the message left its sender, and nothing took it
/// out of the room before the message could reach it. Who is on the way in or out may hear it or not. A delivery that
/// was not owed counts as expected when it comes, so `expected` − `delivered` is what was owed and did not come.
///
/// Order is that of the ids, the same for all members; where the dialect has none, that of each sender's messages.
class room_ledger {
public:
  /// Members are numbered from 0. `with_ids`: every delivery must bring one. `counts` outlives the ledger, which adds
  /// to `expected`, `delivered`, `doubled`, `out_of_order`, `strays` and `id_conflicts`.
  room_ledger(std::uint32_t members, bool with_ids, const delivery_counts& counts);

  // -- members ----------------------------------------------------------------

  /// It is confirmed that the member is in: it is owed all messages from the next one on.
  void came(std::uint32_t member) { present_.add(member); }
  /// The member asks to leave: it is owed no message from the next one on.
  void leaving(std::uint32_t member) { present_.remove(member); }
  /// The member is out, confirmed or by a broken connection. What it has not heard is owed no more, unless it has heard
  /// a message with a greater id: that was left out on the way, and stays owed. Answers how many are owed no more.
  std::uint32_t went(std::uint32_t member);
  [[nodiscard]] bool has(std::uint32_t member) const { return present_.has(member); }

  // -- messages ---------------------------------------------------------------

  /// A message leaves its sender; answers its number, from 0.
  std::uint32_t start(std::uint32_t sender, audience heard_by);
  /// The server refused the message, or nobody can know whether it took it: it is owed to nobody.
  void withdraw(std::uint32_t number);

  enum class heard : std::uint8_t {
    first_time,
    again,
    never_sent, ///< no such number
  };
  heard note(std::uint32_t member, std::uint32_t number, std::optional<std::uint64_t> id);

  /// Greatest id that the member has heard, or was told of when it came; 0 where there was none.
  [[nodiscard]] std::uint64_t last_id(std::uint32_t member) const { return last_ids_[member]; }
  void told_last_id(std::uint32_t member, std::uint64_t id);

  /// The id that the first member was told; 0 where nobody was, or the message is forgotten.
  [[nodiscard]] std::uint64_t id_of(std::uint32_t number) const;

  [[nodiscard]] std::uint32_t end() const { return first_ + static_cast<std::uint32_t>(messages_.size()); }
  [[nodiscard]] std::uint64_t owed() const { return owed_; } ///< deliveries that still have to come

private:
  struct message {
    std::uint32_t sender;
    std::uint64_t id; ///< 0 until somebody heard it
    std::uint32_t owed;
    place_set owed_to;
    place_set heard_by;
  };

  [[nodiscard]] message* find(std::uint32_t number);
  void check_order(std::uint32_t member, const message* of, std::uint32_t number, std::optional<std::uint64_t> id);
  void settle(message& of, std::uint32_t member);
  void forget();

  delivery_counts counts_;
  bool with_ids_;
  place_set present_;
  std::vector<std::uint64_t> last_ids_;
  std::unordered_map<std::uint64_t, std::uint32_t> last_numbers_; ///< by member and sender, where there are no ids
  std::deque<message> messages_;
  std::uint32_t first_ = 0;      ///< number of `messages_.front()`
  std::uint32_t first_owed_ = 0; ///< nothing below is owed to anybody
  std::uint64_t owed_ = 0;
};

} // namespace parley::load
