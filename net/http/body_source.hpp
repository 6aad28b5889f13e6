// A request's body that comes piece by piece, for handlers that never hold all of it.
#pragma once

#include "protocol/error_code.hpp"

#include <boost/asio/awaitable.hpp>
#include <tl/expected.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace parley::net {

/// Lives as long as its request. A body that is not read to its end costs the connection: it is closed behind the
/// answer.
class body_source {
public:
  virtual ~body_source() = default;

  /// The next bytes, at most about 64 KiB, valid until the next call; empty at the end. With the first call a client
  /// that waits for `100 Continue` gets it. `payload_too_large` if the body is, or is announced, longer than
  /// `limit` in all; `bad_request`; `request_timeout`; `none` if the client is gone. Nothing comes after an error.
  virtual boost::asio::awaitable<tl::expected<std::string_view, error_code>> read_some(std::uint64_t limit) = 0;
};

/// All of a body. The errors of `read_some`.
boost::asio::awaitable<tl::expected<std::string, error_code>> read_all(body_source& from, std::uint64_t limit);

} // namespace parley::net
