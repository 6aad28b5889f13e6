// The way of one connection from the accepted handshake into its room, in the words of its dialect.
#pragma once

#include "load/dialect/dialect.hpp"
#include "load/wire/client.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::load {

/// What a connection wants of the room that it goes to.
enum class arrival_wish : std::uint8_t {
  greeting, ///< no room: the greeting is enough
  join,
  resume, ///< join and hear what came after `fillings::last_id`
};

/// One a connection; small, and made anew for each attempt.
class entry {
public:
  explicit entry(arrival_wish wish = arrival_wish::join) : wish_(wish) {}

  /// The handshake was accepted: the client's own heartbeat begins. True where the connection is inside already.
  bool begin(client& link, const dialect& speaks, const fillings& with);

  /// Takes one text that came before `inside`. True once inside. The error is one phrase for people: what the server
  /// answered in place of what was expected.
  tl::expected<bool, std::string> advance(client& link, const dialect& speaks, const fillings& with,
                                          std::string_view text);

  [[nodiscard]] bool inside() const { return inside_; }
  /// The dialect's first exchanges are done.
  [[nodiscard]] bool greeted(const dialect& speaks) const { return step_ >= speaks.first.size(); }

private:
  bool go_on(client& link, const dialect& speaks, const fillings& with);
  [[nodiscard]] const exchange* current(const dialect& speaks) const;

  arrival_wish wish_;
  std::uint8_t step_ = 0; ///< exchanges of `first` that are done; one more is the room
  bool inside_ = false;
};

} // namespace parley::load
