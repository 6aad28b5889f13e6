// The servers of a run, and which of them a connection goes to.
#pragma once

#include "load/wire/client.hpp"

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace parley::load {

/// One server, or the nodes of a cluster. Never empty.
class servers {
public:
  /// Connection k of the run belongs to room 1 + k mod `rooms`, which is at least 1.
  servers(std::vector<dial> all, std::uint32_t rooms)
    : all_(std::move(all)), turn_(std::lcm(rooms, all_.size())), common_(std::gcd(rooms, all_.size())) {}

  /// Where connection `number` of the whole run goes: k to server k mod n. Where the numbers of rooms and servers have
  /// a divisor in common, which would keep a room away from some servers, it moves on by one server each time that room
  /// and server come together again. So not only all connections but also those of each room are spread evenly.
  [[nodiscard]] const dial& of(std::uint32_t number) const {
    return all_[(number + number / turn_ % common_) % all_.size()];
  }

  [[nodiscard]] std::size_t count() const { return all_.size(); }

private:
  std::vector<dial> all_;
  std::size_t turn_;   ///< connections until room and server come together again
  std::size_t common_; ///< divisor
};

/// `why` with the name of the server that it is about.
inline std::string said_of(const dial& to, std::string why) {
  return to.name.empty() ? std::move(why) : std::move(why) + " (" + to.name + ")";
}

} // namespace parley::load
