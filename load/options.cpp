#include "load/options.hpp"

#include "load/marker.hpp"

#include <CLI/CLI.hpp>

#include <limits>
#include <map>

namespace parley::load {

namespace {

constexpr std::uint32_t most = 1'000'000;   ///< of anything that is counted in connections
constexpr std::uint32_t content_max = 4000; ///< characters that a server takes
const CLI::Range seconds(0.1, 86'400.0, "SECONDS");
const CLI::Range seconds_or_none(0.0, 86'400.0, "SECONDS");

void add_common(CLI::App& app, common_options& to) {
  app
    .add_option_function<std::string>(
      "--url",
      [&to](const std::string& text) {
        auto url = parse_url(text);
        if (!url)
          throw CLI::ValidationError("--url", url.error());
        to.url = std::move(*url);
      },
      "ws://HOST:PORT/ws")
    ->required();
  app.add_option("--tokens", to.tokens, "file of access tokens, one a line, as `parley fixtures` writes it")
    ->required();
  app.add_option("--server-pid", to.server_pid, "process whose CPU and memory are shown")
    ->check(CLI::Range(1, std::numeric_limits<pid_t>::max()));
  app.add_option("--sources", to.sources, "loopback addresses to connect from")->check(CLI::Range(1U, 250U));
  app.add_flag("--json", to.json, "one JSON object instead of a table");
}

CLI::App& add_fanout(CLI::App& app, fanout_options& to) {
  CLI::App& sub = *app.add_subcommand("fanout", "members of rooms receive messages");
  add_common(sub, to.common);
  sub.add_option("--rooms", to.rooms, "rooms 1 to this")->required()->check(CLI::Range(1U, most));
  sub.add_option("--members", to.members, "connections a room")->required()->check(CLI::Range(1U, most));
  sub.add_option("--duration", to.duration_s, "seconds that are measured")->capture_default_str()->check(seconds);
  sub.add_option("--warmup", to.warmup_s, "seconds of load before")->capture_default_str()->check(seconds_or_none);
  auto* window = sub.add_option("--window", to.window, "messages in flight a room, in a closed loop");
  window->capture_default_str()->check(CLI::Range(1U, 65'536U));
  sub.add_option("--rate", to.rate, "messages a second of all rooms, in an open loop")
    ->excludes(window)
    ->check(CLI::Range(0.001, 1e7, "RATE"));
  sub.add_option("--size", to.size, "bytes of a message's content")
    ->capture_default_str()
    ->check(CLI::Range(std::uint32_t{marker_size}, content_max));
  sub.add_option("--senders-per-room", to.senders_per_room, "members that take turns to send")
    ->capture_default_str()
    ->check(CLI::Range(1U, most));
  sub.add_option("--threads", to.threads, "client threads")->capture_default_str()->check(CLI::Range(1U, 64U));
  const std::map<std::string, wire_path> paths{{"envelope", wire_path::envelope}, {"flat", wire_path::flat}};
  sub.add_option("--path", to.path, "/ws or /ws/chat/")
    ->transform(CLI::CheckedTransformer(paths))
    ->default_str("envelope");
  return sub;
}

CLI::App& add_connect(CLI::App& app, connect_options& to) {
  CLI::App& sub = *app.add_subcommand("connect", "sessions connect and stay idle");
  add_common(sub, to.common);
  sub.add_option("--connections", to.connections, "sessions")->required()->check(CLI::Range(1U, most));
  sub.add_option("--rooms", to.rooms, "session k joins room 1 + k mod this")->check(CLI::Range(1U, most));
  sub.add_option("--ramp", to.ramp, "connections a second; as fast as they come without it")
    ->check(CLI::Range(0.1, 1e6, "RATE"));
  sub.add_option("--hold", to.hold_s, "idle seconds that are measured")->capture_default_str()->check(seconds_or_none);
  return sub;
}

CLI::App& add_send(CLI::App& app, send_options& to) {
  CLI::App& sub = *app.add_subcommand("send", "senders wait for their acknowledgements");
  add_common(sub, to.common);
  sub.add_option("--rooms", to.rooms, "sender k writes to room 1 + k mod this")
    ->required()
    ->check(CLI::Range(1U, most));
  sub.add_option("--senders", to.senders, "connections")->required()->check(CLI::Range(1U, most));
  sub.add_option("--duration", to.duration_s, "seconds")->capture_default_str()->check(seconds);
  sub.add_option("--window", to.window, "unacknowledged messages a sender")
    ->capture_default_str()
    ->check(CLI::Range(1U, 65'536U));
  sub.add_option("--size", to.size, "bytes of a message's content")
    ->capture_default_str()
    ->check(CLI::Range(1U, content_max));
  sub.add_option("--acks", to.acks, "file to append `message_id client_msg_id` to, a line an acknowledged message");
  return sub;
}

/// What no single flag can know.
std::string conflict(const fanout_options& of) {
  if (of.senders_per_room > of.members)
    return "--senders-per-room must not exceed --members";
  if (of.threads > of.rooms)
    return "--threads must not exceed --rooms: a room lives on one thread";
  if (std::uint64_t{of.rooms} * of.members > most)
    return "--rooms times --members must not exceed " + std::to_string(most);
  return {};
}

} // namespace

tl::expected<any_options, early_exit> parse_options(int argc, const char* const* argv) {
  CLI::App app("Load for a Parley server. Exit codes: 0 good, 1 the run failed, 2 usage, 3 the client was the limit.",
               "parley-load");
  app.require_subcommand(1);
  fanout_options fanout;
  connect_options connect;
  send_options send;
  const CLI::App& fanout_app = add_fanout(app, fanout);
  const CLI::App& connect_app = add_connect(app, connect);
  add_send(app, send);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return tl::unexpected(early_exit{exit_code::good, app.help()});
  } catch (const CLI::ParseError& fault) {
    return tl::unexpected(early_exit{exit_code::usage, fault.what()});
  }
  if (fanout_app.parsed()) {
    if (std::string why = conflict(fanout); !why.empty())
      return tl::unexpected(early_exit{exit_code::usage, std::move(why)});
    return fanout;
  }
  if (connect_app.parsed())
    return connect;
  return send;
}

} // namespace parley::load
