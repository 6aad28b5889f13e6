// The command line of parley-load.
#pragma once

#include "load/endpoint.hpp"
#include "load/entry.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>
#include <variant>

namespace parley::load {

enum class exit_code : int {
  good = 0,
  failed = 1,         ///< the run broke, or the server did what it must not
  usage = 2,          ///< wrong flags, or more than this machine's limits allow
  client_limited = 3, ///< the figures say more about this client than about the server
};

/// What every scenario takes.
struct common_options {
  ws_url url;
  std::string tokens;              ///< file, one token a line
  std::optional<pid_t> server_pid; ///< without it no CPU and memory of the server are shown
  std::uint32_t sources = 1;       ///< loopback source addresses
  bool json = false;
};

struct fanout_options {
  common_options common;
  std::uint32_t rooms = 1;
  std::uint32_t members = 1;          ///< connections a room
  double duration_s = 10;             ///< measured
  double warmup_s = 1;                ///< the same load before it
  std::uint32_t window = 8;           ///< messages in flight a room, where `rate` is 0
  double rate = 0;                    ///< messages a second of all rooms, on a schedule; 0 is a closed loop
  std::uint32_t size = 64;            ///< bytes of content
  std::uint32_t senders_per_room = 1; ///< members that take turns
  std::uint32_t threads = 1;          ///< a room lives on one
  wire_path path = wire_path::envelope;
};

struct connect_options {
  common_options common;
  std::uint32_t connections = 1;
  std::uint32_t rooms = 0; ///< 0 joins none
  double ramp = 0;         ///< connections a second; 0 is as fast as they come
  double hold_s = 0;       ///< idle time that is measured
};

struct send_options {
  common_options common;
  std::uint32_t rooms = 1;
  std::uint32_t senders = 1;
  double duration_s = 10;
  std::uint32_t window = 1; ///< unacknowledged messages a sender
  std::uint32_t size = 64;  ///< bytes of content
  std::string acks;         ///< file that gets a line an acknowledged message; empty for none
};

using any_options = std::variant<fanout_options, connect_options, send_options>;

/// The program ends before it began: a request for help, or a wrong flag.
struct early_exit {
  exit_code code = exit_code::usage;
  std::string text; ///< help, or one line for people
};

tl::expected<any_options, early_exit> parse_options(int argc, const char* const* argv);

} // namespace parley::load
