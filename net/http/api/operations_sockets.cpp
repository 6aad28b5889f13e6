// The handshakes of the WebSocket routes; what is said behind them stands in /asyncapi.json.
#include "net/http/api/operation.hpp"

namespace parley::net::api {

namespace {

operation socket(std::string_view name, std::string_view summary) {
  return {.name = name,
          .tag = "WebSocket",
          .summary = summary,
          .parameters = {{"token", "Text", "An access token, instead of the header."},
                         {"Sec-WebSocket-Protocol", "Text",
                          "`parley.v1`, and behind `bearer` or `access_token` a token.", true},
                         {"lang", "Language", "Of the texts for people, instead of the header."}},
          .answers = {{101, "The socket is open."}},
          .errors = {error_code::upgrade_required, error_code::forbidden},
          .caller = caller_rule::optional};
}

operation chat_socket() {
  auto out = socket("chat_socket", "One room, by flat messages");
  out.parameters.push_back({"name", "Text", "What a guest wants to be called, where the room allows guests."});
  return out;
}

} // namespace

std::vector<operation> socket_operations() {
  return {
    socket("rooms_socket", "Rooms, notifications and watching together, by envelopes"),
    chat_socket(),
    socket("client_socket", "Anonymous or known clients, and what is pushed to them"),
    socket("task_socket", "How a task does"),
    socket("simple_socket", "Counts and sends back each text"),
    socket("test_socket", "Sends back each frame"),
  };
}

} // namespace parley::net::api
