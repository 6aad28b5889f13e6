// Everything that an operator may set, with its default. `key_table.cpp` names each field and its bounds.
#pragma once

#include "protocol/language.hpp"
#include "protocol/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace parley::config {

enum class environment_name : std::uint8_t { development, production };
enum class durability_mode : std::uint8_t { full, normal };
enum class log_level : std::uint8_t { trace, debug, info, warning, error };
enum class log_format : std::uint8_t { text, json };
enum class access_log : std::uint8_t { off, errors, all };

struct server_settings {
  std::vector<std::string> host{"127.0.0.1"}; ///< where to listen, at least one: see `parse_listen_host`
  std::uint16_t port = 8000;                  ///< 0 = any free port, which the `listening on` lines name
  std::string unix_mode = "0660";             ///< of a Unix socket's file: octal digits
  unsigned threads = 0;                       ///< I/O threads, up to 64; 0 = one fewer than cores
  environment_name environment = environment_name::development; ///< production refuses what is only good for trying out
  language locale = language::zh;                               ///< of texts for clients that ask for none
  unsigned drain_seconds = 10;                                  ///< how long a stop may take, up to 600; 0 = at once
  std::size_t max_connections = 0; ///< sockets of every kind, up to 10 000 000; 0 = what the open-file limit allows

  bool proxy_protocol = false; ///< each connection begins with a PROXY header, version 1 or 2

  friend bool operator==(const server_settings&, const server_settings&) = default;
};

struct http_settings {
  /// Origins that may use the API from a browser (see `is_origin_entry`); empty = the same origin only; `*` = any
  /// (development only).
  std::vector<std::string> origins;
  std::size_t head_bytes = 16384;           ///< a request's head, 1024 to 262 144
  unsigned first_byte_seconds = 10;         ///< from the accept to a connection's first byte, 1 to 3600
  unsigned head_seconds = 10;               ///< from a head's first byte to its end, 1 to 3600
  unsigned body_pause_seconds = 20;         ///< that a body, or the reader of an answer, may pause in all, 1 to 3600
  unsigned keep_alive_seconds = 75;         ///< that a connection may idle between two requests, 1 to 86 400
  std::vector<std::string> trusted_proxies; ///< addresses, ranges, `loopback`, `private`: whose word counts
  std::string base_path;                    ///< `/parley`: what proxies put before every path; may be empty
  std::string public_url;                   ///< `https://chat.example.org`: where clients find the server; may be empty
  std::vector<std::string> media_hosts;     ///< whose films the page may play beside our own (see `is_media_host`)

  friend bool operator==(const http_settings&, const http_settings&) = default;
};

struct auth_settings {
  std::string secret;           ///< signs access tokens, as bytes; empty = made at first start (see `obtain_secret`)
  unsigned access_minutes = 30; ///< life of an access token, 1 to 43 200
  unsigned refresh_days = 14;   ///< life of a refresh token, 1 to 3650
  int bcrypt_cost = 12;         ///< log2 of the rounds, 4 to 15; at least 10 in production
  std::string jwks;             ///< where the keys of an identity provider are: see `parse_key_place`; empty = nobody's
  std::string issuer;           ///< `iss` of its tokens; set where `jwks` is
  std::string audience;         ///< `aud` of its tokens for this server; set where `jwks` is
  bool provision = false;       ///< its users are made at first sight, and `sub` is a name of its own
  unsigned jwks_seconds = 300;  ///< between two looks at its keys, 10 to 86 400

  friend bool operator==(const auth_settings&, const auth_settings&) = default;
};

struct storage_settings {
  std::string url = "sqlite:///parley.db"; ///< as written; `resolve_database_url` says where that is
  durability_mode durability =
    durability_mode::full; ///< full = a commit is on the disk; normal = a power cut may lose some
  unsigned readers = 2;    ///< reading connections, each with a thread, 1 to 32

  friend bool operator==(const storage_settings&, const storage_settings&) = default;
};

struct files_settings {
  std::filesystem::path dir; ///< of avatars, videos and files, relative to the working directory; empty = `data_dir`

  friend bool operator==(const files_settings&, const files_settings&) = default;
};

struct websocket_settings {
  std::uint32_t heartbeat_ms =
    30000;                    ///< milliseconds between pings, 100 to 3 600 000; two without a sign close the socket
  unsigned auth_seconds = 10; ///< seconds that a guest has to authenticate, 1 to 600
  std::size_t message_bytes = 65536;    ///< longest message from a client, 1024 to 16 777 216
  std::size_t outbox_bytes = 262144;    ///< what may wait for a slow client before it is closed, 4096 to 1 073 741 824
  bool compression = true;              ///< permessage-deflate, for clients that offer it
  std::size_t compress_min_bytes = 200; ///< frames from so many bytes on are compressed, 32 to 65 536
  std::int64_t hold_ms = 10;            ///< a message may wait for the next ones of a busy room, 0 to 1000

  friend bool operator==(const websocket_settings&, const websocket_settings&) = default;
};

struct limit_settings {
  bool rate_limiting = true;        ///< false switches off all limits below that are rates
  std::size_t body_bytes = 1048576; ///< a request's body, 1024 to 1 073 741 824
  /// The body of `PUT /users/me`, 1024 to 1 073 741 824; at least what an avatar of `avatar_bytes` takes.
  std::size_t profile_body_bytes = 3145728;
  std::size_t avatar_bytes = 2097152;     ///< an avatar when decoded, 1024 to 67 108 864
  std::uint64_t video_bytes = 2147483648; ///< an uploaded video, 1024 to 1 099 511 627 776
  std::uint64_t file_bytes = 26214400;    ///< a file of a message, 1024 to 1 073 741 824
  unsigned logins_per_minute = 5;         ///< of an address, 1 to 1 000 000
  unsigned registrations_per_minute = 5;  ///< of an address, 1 to 1 000 000
  unsigned messages_per_second = 20;      ///< of a user, with a burst of twice as many, 1 to 1 000 000
  unsigned frames_per_second = 60;        ///< of a socket's user, 1 to 1 000 000
  unsigned joins_per_second = 20;         ///< of a user, 1 to 1 000 000
  text_limits texts;                      ///< keys of `limits` as well; their bounds stand in key_table.cpp

  friend bool operator==(const limit_settings&, const limit_settings&) = default;
};

struct log_settings {
  log_level level = log_level::info;
  log_format format = log_format::text;
  std::string file; ///< where lines are added, relative to the working directory; empty = standard error
  access_log access = access_log::off; ///< which requests are a line each

  friend bool operator==(const log_settings&, const log_settings&) = default;
};

struct room_settings {
  unsigned presence_grace_ms = 3000; ///< before a room hears that who lost its last connection is gone, 0 to 60 000

  friend bool operator==(const room_settings&, const room_settings&) = default;
};

/// As many certificates as keys, in pairs; paths relative to the working directory. The first pair serves whoever asks
/// for a name that no certificate has.
struct tls_settings {
  std::vector<std::string> certificate; ///< PEM files of a certificate and its chain each; empty = plain HTTP
  std::vector<std::string> key;         ///< PEM files of their private keys, without a passphrase

  friend bool operator==(const tls_settings&, const tls_settings&) = default;
};

/// Several servers on one PostgreSQL.
struct cluster_settings {
  bool enabled = false;
  std::string name;                   ///< unlike that of every other node; empty = the host's
  std::string listen = "127.0.0.1:0"; ///< where the other nodes reach this one: see `parse_host_port`
  std::string advertise;              ///< what they are told instead, where that differs; may be empty
  std::string certificate;            ///< PEM file of this node's certificate; empty = plain, on loopback only
  std::string key;                    ///< PEM file of its private key
  std::string ca;                     ///< PEM file of the authority that signs the certificates of all nodes
  unsigned lease_ms = 1500;           ///< milliseconds without a sign of life after which a node is dead, 600 to 60 000
  bool rebalance = true;              ///< a room that nobody has been in for a minute lives where it is needed next

  friend bool operator==(const cluster_settings&, const cluster_settings&) = default;
};

/// Webhooks of the configuration, which administrators see and cannot change; and what all of them may do.
struct webhook_settings {
  std::vector<std::string> url;             ///< see `parse_webhook_url`; all of them are told the same
  std::string secret;                       ///< `whsec_…`; set where `url` is
  std::vector<std::string> events;          ///< by name; empty = all
  std::vector<std::string> rooms;           ///< by id; empty = all
  std::vector<std::string> allow_addresses; ///< addresses, ranges, `loopback`, `private`: beside public ones
  std::uint32_t retry_ms = 5000;            ///< milliseconds from a first failure to the next attempt, 10 to 600 000
  std::uint32_t give_up_seconds = 86'400;   ///< seconds after which an event is given up, 1 to 604 800

  friend bool operator==(const webhook_settings&, const webhook_settings&) = default;
};

struct settings {
  std::filesystem::path data_dir = "./data"; ///< database, secret and uploads; relative to the working directory
  server_settings server;
  http_settings http;
  auth_settings auth;
  storage_settings storage;
  files_settings files;
  websocket_settings websocket;
  limit_settings limits;
  room_settings rooms;
  log_settings log;
  tls_settings tls;
  cluster_settings cluster;
  webhook_settings webhooks;

  friend bool operator==(const settings&, const settings&) = default;
};

/// Where avatars, videos and files of messages have their folders.
inline const std::filesystem::path& files_folder(const settings& s) {
  return s.files.dir.empty() ? s.data_dir : s.files.dir;
}

} // namespace parley::config
