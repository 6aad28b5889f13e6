// What the HTTP side of one I/O thread works with, handed to it by the composition root.
#pragma once

#include "actors/refusals.hpp"
#include "net/backend.hpp"
#include "net/deflate_terms.hpp"
#include "net/http/access_log.hpp"
#include "net/rate_limits.hpp"
#include "net/stream.hpp"
#include "protocol/events.hpp"
#include "protocol/ip_address.hpp"
#include "protocol/limits.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace parley::net {

struct http_options {
  std::size_t head_bytes = 16 * 1024;                 ///< of one request's head; over it: 431
  std::size_t body_bytes = 1024 * 1024;               ///< of one request's body; over it: 413
  std::size_t profile_body_bytes = 3 * 1024 * 1024;   ///< the same for `PUT /users/me`
  std::size_t avatar_bytes = 2 * 1024 * 1024;         ///< of an avatar when decoded; over it: 422
  text_limits texts;                                  ///< of names, messages, passwords and ids; over them: 422
  std::filesystem::path avatars_dir;                  ///< where files of avatars lie; made where it is missing
  std::vector<std::string> media_hosts;               ///< whose films the application may play
  std::uint64_t video_bytes = std::uint64_t{2} << 30; ///< of one uploaded video; over it: 413
  std::uint64_t file_bytes = std::uint64_t{25} << 20; ///< of one file of a message; over it: 413
  std::filesystem::path files_dir;                    ///< where files of messages lie; made where it is missing
  std::filesystem::path videos_dir; ///< where files of videos lie, unfinished uploads too; made where it is missing
  std::chrono::milliseconds first_byte{10'000}; ///< from the accept to a connection's first byte
  std::chrono::milliseconds head{10'000};       ///< from a head's first byte to its end
  std::chrono::milliseconds body_pause{
    20'000};                        ///< between two pieces of a body, and what all of them together may take
  std::size_t body_rate = 4 * 1024; ///< beyond `body_pause` a second more for each so many bytes
  std::chrono::milliseconds response = response_patience; ///< what a client waits for a handler
  std::chrono::milliseconds idle{75'000};                 ///< of a kept-alive connection between two requests
  bool compression = true;                                ///< WebSockets' messages, for who offers it
  std::vector<std::string> origins;                       ///< allowed `Origin`s; empty: the same origin only; `*`: any
  ip_list proxies;                                        ///< whose word about the client is believed
  bool proxy_protocol = false;                            ///< each connection begins with a PROXY header
  language fallback = language::zh;                       ///< where `Accept-Language` names none of ours
  std::string secret;                                     ///< of access tokens
  std::chrono::minutes access_lifetime{30};
  std::chrono::hours refresh_lifetime{14 * 24};
  rate_rules rates;
  std::string node_id = "local";
  std::string version;
};

/// A WebSocket handshake that was checked and answered with 101.
struct upgraded {
  stream socket;
  std::string leftover; ///< bytes that the client sent behind its handshake
  socket_kind kind = socket_kind::rooms;
  std::string subject;              ///< the id in the path, decoded and not checked yet; empty on `/ws`
  std::optional<std::string> token; ///< `Authorization: Bearer`, else a subprotocol's, else `?token=`
  language lang = language::zh;     ///< `?lang=`, else `Accept-Language`
  std::string guest_name = {};      ///< `?name=`, not checked yet
  deflate_terms deflate = {};       ///< what the handshake agreed on
};

class file_pool;
class upload_desk;
class http_figures;
class webhook_figures;

/// What of the whole node a handler shows, obeys or works with. Any thread.
struct node_state {
  std::function<bool()> draining;
  std::function<std::int64_t()> connections; ///< WebSockets
  std::function<std::int64_t()> sockets;     ///< of every kind
  std::atomic<std::int64_t>* requests =
    nullptr; ///< that are being answered; raised while a handler runs and its answer is written
  timestamp started_at{};
  moment running_since{};
  file_pool* files = nullptr;
  upload_desk* uploads = nullptr;
  http_figures* http = nullptr;
  const webhook_figures* webhooks = nullptr;
  std::function<void()> drain; ///< begins an orderly end of the node
  refusal_log* refusals = nullptr;
  access_logger access; ///< empty where no request is a line
};

/// One an I/O thread; everything in it is used on that thread only, but for `node` and `limits`, which all share.
struct http_context {
  const http_options& options;
  backend& ask;
  token_checker& tokens;
  const node_state& node;
  time_source now;
  /// Takes the socket over; the HTTP side is done with it.
  std::function<void(upgraded)> on_upgrade;
  rate_limits& limits; ///< one a node
};

/// Answers whatever is asked first with this error, and closes. For a connection that is one too many. Never throws.
/// Takes no longer than the `first_byte` and `head` of the context's options.
boost::asio::awaitable<void> refuse_http(http_context& context, stream socket, error_code why);

/// The same answer, for a client whose question nobody waits for.
std::string refusal_text(const http_context& context, error_code why);

/// Serves one accepted connection until it closes or is upgraded. Never throws.
boost::asio::awaitable<void> serve_http(http_context& context, stream socket);

} // namespace parley::net
