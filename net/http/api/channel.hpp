// What /asyncapi.json says of each WebSocket route: every frame, in both directions.
#pragma once

#include <string_view>
#include <vector>

namespace parley::net::api {

/// `schema` names a component: of the payload on a channel of envelopes, else of the whole frame.
struct frame {
  std::string_view type; ///< `any` stands for whatever has no row of its own
  std::string_view schema;
  std::string_view what;
  bool answers = false; ///< repeats the `id` of what it answers; on a channel of envelopes only
};

struct channel {
  std::string_view route; ///< its name in the route table
  std::string_view title;
  std::string_view what;
  bool has_envelope = false; ///< `{"type","payload","id"?}`
  std::vector<frame> from_client;
  std::vector<frame> from_server;
};

/// One row a WebSocket route.
const std::vector<channel>& channels();

} // namespace parley::net::api
