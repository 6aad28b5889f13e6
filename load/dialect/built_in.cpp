#include "load/dialect/dialect.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace parley::load {

namespace {

constexpr std::string_view parley = R"toml(name = "parley"
about = "Parley's /ws: rooms by envelope"
path = "/ws?token={token}"
publish = '{"type":"send_message","payload":{"room_id":{room},"content":"{content}"}}'
tracked = '{"type":"send_message","payload":{"room_id":{room},"client_msg_id":"{marker}","content":"{content}"}}'
typing = '{"type":"typing","payload":{"room_id":{room},"is_typing":true}}'
typing_end = '{"type":"typing","payload":{"room_id":{room},"is_typing":false}}'
history = "/rooms/{room}/messages/?limit=50"
last_id_key = "last_message_id"
resync = '"resync":true'
ack = '"type":"message_ack"'
ack_id_key = "message_id"
id_key = "id"
# A greeting that is not the one expected below says why in its `auth_status`.
errors = ['"type":"error"', '"type":"room_join_error"', '"type":"connected"']
code_key = "code"
# News of a room for who is not in it: they begin with the message's text, but are no delivery.
ignore = ['"type":"room_activity"']

[[first]]
expect = '"auth_status":"authenticated"'

[join]
send = '{"type":"join_room","payload":{"room_id":{room}}}'
expect = '"type":"room_joined"'

[leave]
send = '{"type":"leave_room","payload":{"room_id":{room}}}'
expect = '"type":"room_left"'

[resume]
send = '{"type":"join_room","payload":{"room_id":{room},"last_message_id":{last_id}}}'
expect = '"type":"room_joined"'
)toml";

constexpr std::string_view parley_chat = R"toml(name = "parley-chat"
about = "Parley's /ws/chat/{room}/: one room, flat messages"
path = "/ws/chat/{room}/?token={token}"
publish = '{"type":"chat_message","content":"{content}"}'
tracked = '{"type":"chat_message","client_msg_id":"{marker}","content":"{content}"}'
typing = '{"type":"typing","is_typing":true}'
typing_end = '{"type":"typing","is_typing":false}'
history = "/rooms/{room}/messages/?limit=50"
ack_id_key = "id"
id_key = "id"
errors = ['"type":"error"']
code_key = "code"

[[first]]
expect = '"type":"connection_established"'

# The greeting does not promise that the room has us yet; an answer to this does, even where the user is there twice.
[join]
send = '{"type":"user_join"}'
expect = '"type":"user_join"'

[leave]
send = '{"type":"user_leave"}'
expect = '"type":"user_leave"'
)toml";

constexpr std::string_view parley_test = R"toml(name = "parley-test"
about = "Parley's /ws/test/: round trips, no authentication"
path = "/ws/test/{room}-{member}"
publish = "{content}"
alone = true

[[first]]
expect = '"type":"test"'
)toml";

constexpr std::string_view echo = R"toml(name = "echo"
about = "any server that sends each text back; the path is that of --url"
publish = "{content}"
alone = true
)toml";

constexpr std::string_view nchan = R"toml(name = "nchan"
about = "Nchan: subscribers on /sub/{room}, messages posted to /pub/{room}"
path = "/sub/{room}"

[http_publish]
path = "/pub/{room}"
body = "{content}"
headers = ["Content-Type: text/plain"]
)toml";

constexpr std::string_view socketio = R"toml(name = "socketio"
about = "Socket.IO 5 over Engine.IO 4, WebSocket alone: events join (room), joined, chat (room, text), leave (room)"
path = "/socket.io/?EIO=4&transport=websocket"
publish = '42["chat","{room}","{content}"]'
errors = ["44{"]

# Engine.IO opens with 0{"sid":...}; 40 asks for the main namespace and 40{"sid":...} grants it.
[[first]]
expect = '0{"sid"'

[[first]]
send = "40"
expect = '40{"sid"'

[join]
send = '42["join","{room}"]'
expect = '42["joined"'

[leave]
send = '42["leave","{room}"]'

# Engine.IO's ping and pong.
[heartbeat]
seen = "2"
answer = "3"
)toml";

constexpr std::string_view phoenix = R"toml(name = "phoenix"
about = "Phoenix Channels 2: topics room:{room}, event new_msg (body), the client's heartbeat every 30 s"
path = "/socket/websocket?vsn=2.0.0"
publish = '["join","{n}","room:{room}","new_msg",{"body":"{content}"}]'
errors = ['"status":"error"', '"phx_error"']
code_key = "reason"
ignore = ['"phx_reply"', '"presence_state"', '"presence_diff"', '"phx_close"']

# Reference of the join, reference of the message, topic, event, payload.
[join]
send = '["join","join","room:{room}","phx_join",{}]'
expect = '"status":"ok"'

[leave]
send = '["join","leave","room:{room}","phx_leave",{}]'
expect = '"leave","room:'

# Phoenix closes who says nothing for a minute.
[heartbeat]
every_s = 30
send = '[null,"hb","phoenix","heartbeat",{}]'
)toml";

constexpr std::string_view graphql_ws = R"toml(name = "graphql-ws"
about = "graphql-ws (graphql-transport-ws): subscription said(room), mutation say(room, text)"
path = "/graphql"
subprotocol = "graphql-transport-ws"
publish = '{"id":"m{n}","type":"subscribe","payload":{"query":"mutation($r:ID!,$t:String!){say(room:$r,text:$t)}","variables":{"r":"r{room}","t":"{content}"}}}'
errors = ['"type":"error"', '"errors":[']
code_key = "message"
ignore = ['"type":"complete"', '"say":']

[[first]]
send = '{"type":"connection_init"}'
expect = '"connection_ack"'

# Nothing acknowledges a subscription: a query behind it does.
[[first]]
send = '{"id":"r{room}","type":"subscribe","payload":{"query":"subscription($r:ID!){said(room:$r)}","variables":{"r":"r{room}"}}}'

[[first]]
send = '{"id":"q{room}","type":"subscribe","payload":{"query":"\{__typename}"}}'
expect = '"__typename"'

[heartbeat]
seen = '{"type":"ping"}'
answer = '{"type":"pong"}'
)toml";

constexpr std::string_view centrifugo = R"toml(name = "centrifugo"
about = "Centrifugo's JSON protocol: channels room{room}, publications with a text; who connects needs no token"
path = "/connection/websocket"
publish = '{"id":1{n},"publish":{"channel":"room{room}","data":{"text":"{content}"}}}'
errors = ['"error":{']
code_key = "message"
lines = true

# With tokens: '{"id":1,"connect":{"token":"{token}"}}'.
[[first]]
send = '{"id":1,"connect":{}}'
expect = '"connect":{'

[join]
send = '{"id":2,"subscribe":{"channel":"room{room}"}}'
expect = '"subscribe":{'

[leave]
send = '{"id":3,"unsubscribe":{"channel":"room{room}"}}'
expect = '"unsubscribe":{'

[heartbeat]
seen = "{}"
answer = "{}"
)toml";

constexpr std::string_view stomp = R"toml(name = "stomp"
about = "STOMP 1.2: destinations /topic/room{room}, bodies of JSON with a text, the client's heartbeat every 8 s"
path = "/ws"
subprotocol = "v12.stomp"
publish = "SEND\ndestination:/topic/room{room}\ncontent-type:application/json\n\n{\"text\":\"{content}\"}\u0000"
errors = ["ERROR\n"]
ignore = ["RECEIPT\n"]

[[first]]
send = "CONNECT\naccept-version:1.2\nhost:parley-load\nheart-beat:10000,10000\n\n\u0000"
expect = "CONNECTED"

# Spring's simple broker sends no receipts: leave them out there, and `expect` too.
[join]
send = "SUBSCRIBE\nid:r{room}\ndestination:/topic/room{room}\nreceipt:in{room}\n\n\u0000"
expect = "RECEIPT\n"

[leave]
send = "UNSUBSCRIBE\nid:r{room}\nreceipt:out{room}\n\n\u0000"
expect = "RECEIPT\n"

# A line end, both ways.
[heartbeat]
seen = "\n"
every_s = 8
send = "\n"
)toml";

constexpr std::string_view fastapi = R"toml(name = "fastapi"
about = "a FastAPI chat on /ws/chat/{room}/ as Parley's requirement documents describe it"
path = "/ws/chat/{room}/?token={token}"
publish = '{"type":"chat_message","content":"{content}","message_type":"text"}'
typing = '{"type":"typing","is_typing":true}'
typing_end = '{"type":"typing","is_typing":false}'
id_key = "id"
errors = ['"type":"error"', '"type": "error"']

# json.dumps writes a space after the colon, other writers none.
[[first]]
expect = "connection_established"
)toml";

constexpr std::string_view lying = R"toml(name = "liar"
about = "the lying server of `parley-load lie`"
path = "/room/{room}"
publish = '{"say":"{content}"}'
ack = '"ok"'
ack_id_key = "mid"
id_key = "id"
errors = ['"fault"']
code_key = "fault"

[[first]]
expect = '"welcome"'
)toml";

constexpr std::array sources{parley,  parley_chat, parley_test, echo,  nchan,   socketio,
                             phoenix, graphql_ws,  centrifugo,  stomp, fastapi, lying};

std::vector<dialect> read_all() {
  std::vector<dialect> out;
  for (const std::string_view source : sources) {
    auto parsed = parse_dialect(source);
    assert(parsed);
    out.push_back(std::move(*parsed));
  }
  return out;
}

} // namespace

const std::vector<dialect>& built_in_dialects() {
  static const std::vector<dialect> all = read_all();
  return all;
}

std::optional<std::string_view> built_in_source(std::string_view name) {
  const auto& all = built_in_dialects();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].name == name)
      return sources[i];
  return std::nullopt;
}

tl::expected<dialect, std::string> find_dialect(const std::string& name_or_file) {
  for (const dialect& each : built_in_dialects())
    if (each.name == name_or_file)
      return each;
  if (!name_or_file.ends_with(".toml"))
    return tl::unexpected("there is no dialect '" + name_or_file +
                          "' (`parley-load dialects` lists them; a file must " + "end in .toml)");
  std::ifstream in(name_or_file);
  if (!in)
    return tl::unexpected("cannot read " + name_or_file + ": " + std::strerror(errno));
  std::ostringstream text;
  text << in.rdbuf();
  auto parsed = parse_dialect(text.str());
  if (!parsed)
    return tl::unexpected(name_or_file + ": " + parsed.error());
  if (parsed->name.empty())
    parsed->name = name_or_file;
  return parsed;
}

} // namespace parley::load
