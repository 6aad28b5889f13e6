// Which acknowledgement belongs to which message of one sender.
#pragma once

#include "load/dialect/dialect.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace parley::load {

/// An acknowledgement says which message it is for by the message's mark, or by its id, which the sender learns from
/// its own copy, before or after. Where a dialect has neither they are taken in the order of the messages: then one
/// that is missing makes all later ones look late, which nobody can see but in the end, when one is missing.
class ack_book {
public:
  /// Acknowledgements of this dialect tell ids, and so do messages, which their senders hear.
  static bool by_id(const dialect& speaks) {
    return !speaks.ack.empty() && !speaks.ack_id_key.empty() && !speaks.id_key.empty() && speaks.echo_to_sender &&
           speaks.by_http.path.empty();
  }

  explicit ack_book(const dialect& speaks) : speaks_(&speaks) {}

  /// A message leaves; numbers rise.
  void sent(std::uint32_t number, std::int64_t intended_ns) { append(waiting_, {number, intended_ns, 0}); }

  struct answered {
    std::int64_t intended_ns; ///< of the message
    std::int64_t received_ns; ///< of the acknowledgement
  };

  /// The sender heard its own message. Answers where that tells whose an earlier acknowledgement was.
  std::optional<answered> heard(std::uint32_t number, std::uint64_t id);

  /// An acknowledgement came. Nothing where it is not known yet whose it is.
  std::optional<answered> acknowledged(std::string_view text, std::int64_t received_ns);

  /// An error took the place of an acknowledgement; whose, nobody can know: of the oldest.
  void refused();

private:
  struct message {
    std::uint32_t number;
    std::int64_t intended_ns;
    std::uint64_t id; ///< 0: not known
  };
  struct early {
    std::uint64_t id;
    std::int64_t received_ns;
  };

  /// What waits longer than for so many others is not waited for any more.
  static constexpr std::size_t remembered = 65'536;

  template <class Entry>
  static void append(std::vector<Entry>& to, Entry entry) {
    if (to.size() == remembered)
      to.erase(to.begin(), to.begin() + remembered / 2);
    to.push_back(entry);
  }

  template <class Matches>
  std::optional<answered> take(std::int64_t received_ns, Matches&& matches);

  const dialect* speaks_;
  std::vector<message> waiting_;
  std::vector<early> early_; ///< acknowledgements of messages that the sender has not heard yet
};

} // namespace parley::load
