// Answers made smaller for clients that ask for it (RFC 9110 §8.4.1.3, RFC 1952).
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <string_view>

namespace parley::net {

/// `text` packed: the same bytes for the same text. Empty where there is no memory. Takes a millisecond for some 50 KB.
std::string gzip(std::string_view text);

/// True where the client takes gzip. What is said with a weight (`gzip;q=0`) counts as not said: such a client gets the
/// plain bytes.
bool takes_gzip(const request_head& head);

/// Packs a JSON document over 1 KiB where the client takes that, on the file pool; its answer varies in any case.
boost::asio::awaitable<void> pack(http_context& context, const request_head& asked, response& out);

} // namespace parley::net
