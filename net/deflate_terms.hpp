// What a connection agreed on about compression (RFC 7692).
#pragma once

#include <cstdint>

namespace parley::net {

/// The client never keeps what it said from one message to the next, whatever it asked for: no inflater lives between
/// two messages.
struct deflate_terms {
  std::uint8_t window_bits = 0; ///< how far back we may refer is 2 to the power of it, 8 to 15; 0: no compression
  bool keeps_context = false;   ///< the client's inflater remembers the messages before
};

} // namespace parley::net
