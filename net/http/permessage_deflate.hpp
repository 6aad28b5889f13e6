// What a WebSocket handshake offers in `Sec-WebSocket-Extensions` (RFC 6455 §9.1), of which we know one extension:
// compression (RFC 7692 §7).
#pragma once

#include "net/deflate_terms.hpp"
#include "net/http/message.hpp"

#include <optional>
#include <string>

namespace parley::net {

struct extension_choice {
  deflate_terms deflate; ///< what was agreed on
  std::string answer;    ///< the value of the answer's field; empty: no extension
};

/// The first offer of permessage-deflate that we can take: offers are in the order in which the client likes them. One
/// with a parameter that is unknown, twice there or out of bounds is declined (§7.1). nullopt where the field is no
/// list of extensions: the handshake must fail (RFC 6455 §9.1).
std::optional<extension_choice> choose_extension(const request_head& head);

} // namespace parley::net
