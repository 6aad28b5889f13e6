// How one kind of server is spoken to: data, not code, so that a file can describe a server that nobody foresaw.
#pragma once

#include "load/dialect/text_template.hpp"

#include <tl/expected.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::load {

/// Send something (or nothing) and wait for a frame that holds `expect`.
struct exchange {
  text_template send; ///< empty: only wait
  std::string expect; ///< substring of the frame that ends the wait; empty: do not wait

  [[nodiscard]] bool there() const { return !send.empty() || !expect.empty(); }
  /// This frame ends the wait.
  [[nodiscard]] bool is_met_by(std::string_view text) const;
};

/// What keeps a connection, beside WebSocket pings, which are always answered: a frame that wants an answer, and one
/// that the client sends by itself.
struct heartbeat {
  std::string seen;   ///< empty: there is none
  bool whole = true;  ///< `seen` is the whole frame and not a part of it
  std::string answer; ///< text frame to send back; empty: none
  int every_s = 0;    ///< the client says `send` so often, from the accepted handshake on; 0: never
  text_template send;
};

/// A message that goes in by HTTP rather than over a WebSocket.
struct http_publish {
  std::string method = "POST";
  text_template path; ///< empty: this dialect publishes over the WebSocket
  text_template body;
  std::vector<text_template> headers; ///< whole lines, `Content-Type: application/json`
};

/// Immutable once read. Substrings are searched for in whole frames as they come, byte by byte.
struct dialect {
  std::string name;
  std::string about;                  ///< one line for people
  text_template path;                 ///< path and query of the handshake; empty takes the URL's own
  std::vector<text_template> headers; ///< of the handshake, whole lines
  std::string subprotocol;            ///< Sec-WebSocket-Protocol; empty for none
  std::vector<exchange> first;        ///< from the accepted handshake until the connection is greeted
  exchange join;                      ///< into the room; not there: whoever is greeted is in its room
  exchange leave;                     ///< out of the room, the connection stays
  exchange resume;                    ///< as `join`, asking for what came after `{last_id}`
  std::string last_id_key;            ///< what stands before a room's latest id in the answer to `join`; empty: none
  std::string resync;                 ///< substring of an answer to `resume` that replays nothing; empty: none
  text_template typing;               ///< empty: there is no such thing
  text_template typing_end;           ///< empty: it ends by itself
  text_template history;              ///< target of an HTTP GET for a room's latest messages; empty: none
  text_template publish;              ///< message of a member over its WebSocket
  text_template tracked;              ///< the same, with `{marker}` where the acknowledgement repeats it (`send`)
  http_publish by_http;               ///< in place of `publish`
  std::string ack;                    ///< substring of an acknowledgement; empty: there are none
  std::string ack_id_key;             ///< what stands before the id in an acknowledgement (`"message_id":`)
  std::string id_key;              ///< what stands before a message's id (`"id":`), to check order by it; empty: none
  std::vector<std::string> errors; ///< substrings of frames that refuse or complain
  std::string errors_prefix;       ///< what all of `errors` begin with; `parse_dialect` knows
  std::string code_key;            ///< what stands before an error's code (`"code":`); empty: the frame is shown
  std::vector<std::string> ignore; ///< substrings of frames that do not count, even where they hold a marker
  heartbeat beat;
  bool echo_to_sender = true; ///< the sender hears its own message
  bool lines = false;         ///< each line of a frame is a message
  bool alone = false;         ///< a message reaches nobody but its sender: an echo server

  /// Some text of it holds `{token}`, so `--tokens` is needed.
  [[nodiscard]] bool uses_tokens() const;
  /// The handshake or the greeting names the room: nobody can connect without one.
  [[nodiscard]] bool room_from_start() const;
  [[nodiscard]] bool publishes() const { return !publish.empty() || !by_http.path.empty(); }

  /// Bytes of a message's content that travel where `size` are asked for: just the marker's where no text has a place
  /// for more.
  [[nodiscard]] std::size_t carried(std::size_t size) const;

  [[nodiscard]] bool is_heartbeat(std::string_view text) const;
  [[nodiscard]] bool is_ignored(std::string_view text) const;
  [[nodiscard]] bool is_error(std::string_view text) const;
  [[nodiscard]] bool is_ack(std::string_view text) const;
  [[nodiscard]] bool is_resync(std::string_view text) const;
  /// What to show of an error frame: its code, or its beginning.
  [[nodiscard]] std::string error_shown(std::string_view text) const;
};

/// The dialects that need no file, in the order in which they are listed; `parley` is the first.
const std::vector<dialect>& built_in_dialects();

/// From TOML text. Keys that are left out keep the defaults of `dialect`. The error is one line for people that names
/// the key: unknown, of a wrong type, or with an unknown place.
tl::expected<dialect, std::string> parse_dialect(std::string_view toml);

/// A built-in by its name, or the file of that name, which ends in `.toml`. The error is one line for people.
tl::expected<dialect, std::string> find_dialect(const std::string& name_or_file);

/// The TOML of a built-in dialect, comments and all, to start a file from. Nothing where there is no such name.
std::optional<std::string_view> built_in_source(std::string_view name);

/// Path and query of a handshake; `url_path` is that of the URL, without a trailing slash: the dialect's path behind
/// that of the URL, which is not repeated where the dialect's already begins with it. `url_query`, where there is one,
/// comes behind the dialect's query.
std::string handshake_target(const dialect& speaks, std::string_view url_path, std::string_view url_query,
                             const fillings& with);

} // namespace parley::load
