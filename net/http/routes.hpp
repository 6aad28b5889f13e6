// The one table of every HTTP and WebSocket route, and how a request's path finds its row.
#pragma once

#include "net/http/context.hpp"
#include "net/http/message.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace parley::net {

/// `user`: an access token is checked before the handler runs. `admin`: and that the user's stored role is that now.
enum class route_auth : std::uint8_t { none, user, admin };
enum class route_kind : std::uint8_t { http, websocket };
/// `streamed`: the handler pulls the body from `request::stream` and bounds it itself.
enum class body_mode : std::uint8_t { whole, streamed };

using handler = boost::asio::awaitable<answer> (*)(http_context& context, const request& from);

struct route {
  std::string_view method; ///< `GET` serves `HEAD` too, where that has no row; `GET` for a WebSocket
  /// `{name}` stands for one segment, `{name...}` at the end for all that is left, slashes included. A trailing slash
  /// is optional, but to `{name...}` it belongs.
  std::string pattern;
  route_auth auth = route_auth::none;
  std::string name;
  handler serve = nullptr; ///< none for a WebSocket
  route_kind kind = route_kind::http;
  std::size_t http_options::*body_limit = &http_options::body_bytes; ///< where the body is whole
  body_mode body = body_mode::whole;
  socket_kind socket = socket_kind::rooms; ///< of a WebSocket
};

/// Every route, aliases as rows of their own. Literal patterns stand before those with parameters in their place.
const std::vector<route>& routes();

/// One route a line, `METHOD PATH AUTH NAME`, and a last line that counts them.
std::string describe_routes();

struct route_match {
  const route* row = nullptr;             ///< null if the path is unknown or has no such method
  std::string_view allow;                 ///< the path's methods for `Allow`; empty if the path is unknown
  std::vector<path_parameter> parameters; ///< decoded per segment, so that `%2F` is data
  std::vector<field_fault> faults;        ///< of parameters: longer than allowed, or not decodable
};

/// A table of routes as a tree of segments, so that a path is walked down once, however many routes there are. Of
/// patterns that fit, the one counts that stands first in the table; rows with the same pattern are its other methods.
/// What it finds points into the tree and the table, which outlive it. Any thread.
class route_tree {
public:
  explicit route_tree(std::span<const route> table);

  /// `path` is percent-encoded and without the query. Paths and methods are compared with case. A parameter has at most
  /// `id_bytes_max` bytes when decoded.
  route_match find(std::string_view method, std::string_view path,
                   std::size_t id_bytes_max = text_limits{}.path_id_bytes) const;

private:
  struct parameter {
    std::string_view name;
    std::size_t depth = 0;       ///< of its segment
    bool takes_the_rest = false; ///< `{name...}`
  };
  /// One pattern, with its rows.
  struct place {
    std::size_t rank = 0; ///< of its first row in the table
    std::vector<const route*> rows;
    std::vector<parameter> parameters;
    std::string allow;
  };
  struct node {
    std::vector<std::pair<std::string_view, std::size_t>> words; ///< by the next segment; an index of `nodes_`
    std::size_t parameter = 0;                                   ///< whatever the next segment is; 0 for none
    place* end = nullptr;                                        ///< where the path ends here
    place* rest = nullptr;                                       ///< where more of it follows, whatever that is
  };
  class walk;

  void add(const route& row, std::size_t rank);
  std::size_t child_of(std::size_t parent, std::string_view segment);

  std::vector<node> nodes_; ///< the root first
  std::deque<place> places_;
};

/// In the table of `routes`, as `route_tree::find`.
route_match match_route(std::string_view method, std::string_view path,
                        std::size_t id_bytes_max = text_limits{}.path_id_bytes);

} // namespace parley::net
