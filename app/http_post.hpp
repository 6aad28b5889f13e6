// One request to a server that somebody else named: nothing of this machine and its network is reached by it.
#pragma once

#include "protocol/ip_address.hpp"
#include "protocol/webhook.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::app {

struct post_request {
  webhook_place where;
  std::vector<std::pair<std::string_view, std::string>> fields; ///< beside `Host`, `Content-Type` and the like
  std::string body;                                             ///< JSON
};

/// How far it came.
enum class post_step : std::uint8_t { resolve, refuse, connect, handshake, exchange, answered };

struct post_outcome {
  post_step step = post_step::resolve; ///< where it failed, or `answered`
  int status = 0;                      ///< of the answer
  std::string why;                     ///< one line, where there is no answer
};

struct post_rules {
  ip_list allowed;                          ///< beside public addresses (`is_public`)
  std::chrono::milliseconds patience{5000}; ///< for all of it
};

/// Posts, and reads the head of the answer, whatever it says: no redirection is followed. The name is resolved once,
/// all of its addresses have to be allowed, and one of these is connected to. A certificate has to be that of the host,
/// by an authority that `trust` knows. Never throws but for want of memory.
boost::asio::awaitable<post_outcome> http_post(post_request what, const post_rules& rules,
                                               boost::asio::ssl::context& trust);

} // namespace parley::app
