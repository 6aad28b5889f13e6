// The table itself. A new setting is a field in settings.hpp and a line here.
#include "config/database_url.hpp"
#include "config/host_port.hpp"
#include "config/key.hpp"
#include "config/key_place.hpp"
#include "config/listen_host.hpp"
#include "protocol/ip_address.hpp"
#include "protocol/origin.hpp"
#include "protocol/public_place.hpp"
#include "protocol/whole_number.hpp"
#include "protocol/words.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

namespace parley::config {

namespace {

using namespace std::string_view_literals;

/// The accessor of the field that `At`, a lambda without captures, names.
template <class T, class At>
constexpr accessor<T> access(At) {
  return {[](const settings& s) { return static_cast<T>(At{}(s)); },
          [](settings& s, T v) {
            auto& field = At{}(s);
            field = static_cast<std::remove_reference_t<decltype(field)>>(std::move(v));
          }};
}

template <class At>
constexpr integer_kind integer(At at, std::int64_t min, std::int64_t max) {
  return {access<std::int64_t>(at), min, max};
}

template <class At>
constexpr boolean_kind boolean(At at) {
  return {access<bool>(at)};
}

template <class At>
constexpr choice_kind choice(At at, std::span<const std::string_view> names) {
  return {access<std::size_t>(at), names};
}

template <class At>
constexpr text_kind text(At at, bool (*accepts)(std::string_view), std::string_view words) {
  return {access<std::string>(at), accepts, words};
}

template <class At>
constexpr list_kind list(At at, bool (*accepts)(std::string_view), std::string_view words) {
  return {access<std::vector<std::string>>(at), accepts, words};
}

template <class At>
constexpr texts_kind texts(At at, bool (*accepts)(std::string_view), std::string_view words, bool optional,
                           bool commas = false) {
  return {access<std::vector<std::string>>(at), accepts, words, optional, commas};
}

// In the order of the enumerations of settings.hpp and language.hpp.
constexpr std::array environments{"development"sv, "production"sv};
constexpr std::array locales{"zh"sv, "en"sv, "ru"sv};
constexpr std::array durabilities{"full"sv, "normal"sv};
constexpr std::array levels{"trace"sv, "debug"sv, "info"sv, "warning"sv, "error"sv};
constexpr std::array formats{"text"sv, "json"sv};
constexpr std::array accesses{"off"sv, "errors"sv, "all"sv};

bool is_anything(std::string_view) {
  return true;
}

bool is_not_empty(std::string_view text) {
  return !text.empty();
}

bool is_host(std::string_view text) {
  return parse_listen_host(text).has_value();
}

/// Whether it is a file's permissions of owner, group and others, without the bits for special things.
bool is_mode(std::string_view text) {
  const bool octal = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '7'; });
  return octal && (text.size() == 3 || (text.size() == 4 && text.front() == '0'));
}

bool is_host_port(std::string_view text) {
  return parse_host_port(text).has_value();
}

bool is_key_place(std::string_view text) {
  return text.empty() || parse_key_place(text);
}

bool is_host_port_or_empty(std::string_view text) {
  return text.empty() || is_host_port(text);
}

bool is_webhook_url(std::string_view text) {
  return parse_webhook_url(text).has_value();
}

bool is_webhook_secret(std::string_view text) {
  return text.empty() || webhook_key(text);
}

bool is_webhook_event(std::string_view text) {
  const auto kind = parse_word<webhook_kind>(text);
  return kind && *kind != webhook_kind::test;
}

bool is_row_id(std::string_view text) {
  const auto number = whole_number<std::int64_t>(text);
  return number && *number > 0;
}

constexpr std::string_view webhook_event_forms =
  "message.posted, message.edited, message.deleted, member.joined, member.left, room.active, room.vacated, "
  "notification.created, task.updated";

/// It stands in log lines and in addresses of metrics.
bool is_node_name(std::string_view text) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  return text.size() <= 64 && text.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view node_name_forms = "letters, digits, '.', '-' and '_', at most 64, or nothing";

constexpr std::int64_t rate_max = 1'000'000;

constexpr std::array table{
  key{"data_dir",
      text_kind{{[](const settings& s) { return s.data_dir.string(); },
                 [](settings& s, std::string v) { s.data_dir = std::move(v); }},
                is_not_empty,
                "a path"},
      "Folder of the database, the made secret and uploads"},

  key{"server.host",
      texts(
        [](auto& s) -> auto& { return s.server.host; }, is_host, listen_host_forms, false, true),
      "Where to listen; sockets that systemd passes go before it"},
  key{"server.port",
      integer(
        [](auto& s) -> auto& { return s.server.port; }, 0, 65535),
      "TCP port; 0 takes a free one"},
  key{"server.unix_mode",
      text(
        [](auto& s) -> auto& { return s.server.unix_mode; }, is_mode, "octal digits, as 0660"),
      "Mode of a Unix socket's file: who may connect"},
  key{"server.threads",
      integer(
        [](auto& s) -> auto& { return s.server.threads; }, 0, 64),
      "I/O threads; 0 = one fewer than cores, at least one"},
  key{"server.environment",
      choice(
        [](auto& s) -> auto& { return s.server.environment; }, environments),
      "production refuses what is only good for trying out"},
  key{"server.locale",
      choice(
        [](auto& s) -> auto& { return s.server.locale; }, locales),
      "Language of texts for clients that ask for none"},
  key{"server.drain_seconds",
      integer(
        [](auto& s) -> auto& { return s.server.drain_seconds; }, 0, 600),
      "Seconds that a stop may take; 0 = at once"},
  key{"server.max_connections",
      integer(
        [](auto& s) -> auto& { return s.server.max_connections; }, 0, 10'000'000),
      "Sockets of every kind; 0 = what the open-file limit allows"},
  key{"server.proxy_protocol", boolean([](auto& s) -> auto& { return s.server.proxy_protocol; }),
      "Each connection begins with a PROXY header of HAProxy, version 1 or 2"},

  key{"http.origins",
      list(
        [](auto& s) -> auto& { return s.http.origins; }, is_origin_entry,
        "origins in lower case without path or default port, as https://a.example, https://*.a.example, "
        "capacitor://localhost, null, or *"),
      "Origins that may use the API; empty = the same origin only; * in development only"},
  key{"http.head_bytes",
      integer(
        [](auto& s) -> auto& { return s.http.head_bytes; }, 1024, 262'144),
      "A request's head, bytes"},
  key{"http.first_byte_seconds",
      integer(
        [](auto& s) -> auto& { return s.http.first_byte_seconds; }, 1, 3600),
      "Seconds from the accept to a connection's first byte, or to the end of its TLS handshake"},
  key{"http.head_seconds",
      integer(
        [](auto& s) -> auto& { return s.http.head_seconds; }, 1, 3600),
      "Seconds from the first byte of a request's head to its end"},
  key{"http.body_pause_seconds",
      integer(
        [](auto& s) -> auto& { return s.http.body_pause_seconds; }, 1, 3600),
      "Seconds that a body may pause in all, and the reader of an answer"},
  key{"http.keep_alive_seconds",
      integer(
        [](auto& s) -> auto& { return s.http.keep_alive_seconds; }, 1, 86'400),
      "Seconds that a connection may idle between two requests; more than the proxy in front keeps its own"},
  key{"http.trusted_proxies",
      list(
        [](auto& s) -> auto& { return s.http.trusted_proxies; }, ip_list::is_entry,
        "addresses, ranges as 10.0.0.0/8, loopback, private"),
      "Proxies whose word about the client is believed: Forwarded, X-Forwarded-*, PROXY"},
  key{"http.base_path",
      text(
        [](auto& s) -> auto& { return s.http.base_path; }, is_base_path, "a path as /parley, or nothing"),
      "What stands before every path for clients, where a proxy serves more than this"},
  key{"http.public_url",
      text(
        [](auto& s) -> auto& { return s.http.public_url; }, is_public_url,
        "a URL as https://chat.example.org, perhaps with the base path, or nothing"),
      "Where clients find the server; addresses that it gives out begin with it"},
  key{"http.media_hosts",
      list(
        [](auto& s) -> auto& { return s.http.media_hosts; }, is_media_host,
        "hosts as media.example.org, *.example.org, https://media.example.org:8443"),
      "Hosts whose linked films the page plays; films of others it shows as links"},

  key{"auth.secret",
      text(
        [](auto& s) -> auto& { return s.auth.secret; }, is_anything, "text; 32 bytes or more in production"),
      "Signs access tokens; empty = made at first start and kept in data_dir/secret (development only)",
      disclosure::secret},
  key{"auth.access_minutes",
      integer(
        [](auto& s) -> auto& { return s.auth.access_minutes; }, 1, 43'200),
      "Life of an access token, minutes"},
  key{"auth.refresh_days",
      integer(
        [](auto& s) -> auto& { return s.auth.refresh_days; }, 1, 3650),
      "Life of a refresh token, days"},
  key{"auth.bcrypt_cost",
      integer(
        [](auto& s) -> auto& { return s.auth.bcrypt_cost; }, 4, 15),
      "log2 of the rounds of a password's hash; 10 or more in production"},
  key{"auth.jwks",
      text(
        [](auto& s) -> auto& { return s.auth.jwks; }, is_key_place, key_place_forms),
      "Public keys (JWKS) of an identity provider whose RS256, ES256 and EdDSA tokens are taken; empty = nobody's"},
  key{"auth.issuer",
      text(
        [](auto& s) -> auto& { return s.auth.issuer; }, is_anything, "text"),
      "What stands in iss of the provider's tokens"},
  key{"auth.audience",
      text(
        [](auto& s) -> auto& { return s.auth.audience; }, is_anything, "text"),
      "What stands in aud of the provider's tokens for this server"},
  key{"auth.provision", boolean([](auto& s) -> auto& { return s.auth.provision; }),
      "Whether the provider's users are made at first sight; else sub has to be the id of a user"},
  key{"auth.jwks_seconds",
      integer(
        [](auto& s) -> auto& { return s.auth.jwks_seconds; }, 10, 86'400),
      "Seconds between two looks at the provider's keys"},

  key{"storage.url",
      text(
        [](auto& s) -> auto& { return s.storage.url; }, is_database_url, database_url_forms),
      "The database; a relative SQLite file lies in data_dir", disclosure::url},
  key{"storage.durability",
      choice(
        [](auto& s) -> auto& { return s.storage.durability; }, durabilities),
      "full = a commit is on the disk; normal = a power cut may lose the last ones"},
  key{"storage.readers",
      integer(
        [](auto& s) -> auto& { return s.storage.readers; }, 1, 32),
      "Reading connections, each with a thread"},

  key{"files.dir",
      text_kind{{[](const settings& s) { return s.files.dir.string(); },
                 [](settings& s, std::string v) { s.files.dir = std::move(v); }},
                is_anything,
                "a path, or nothing"},
      "Folder of avatars, videos and files; empty = data_dir"},

  key{"websocket.heartbeat_ms",
      integer(
        [](auto& s) -> auto& { return s.websocket.heartbeat_ms; }, 100, 3'600'000),
      "Milliseconds between pings; a socket silent for two of them is closed"},
  key{"websocket.auth_seconds",
      integer(
        [](auto& s) -> auto& { return s.websocket.auth_seconds; }, 1, 600),
      "Seconds that a guest has to authenticate"},
  key{"websocket.message_bytes",
      integer(
        [](auto& s) -> auto& { return s.websocket.message_bytes; }, 1024, 16'777'216),
      "Longest message from a client, bytes"},
  key{"websocket.outbox_bytes",
      integer(
        [](auto& s) -> auto& { return s.websocket.outbox_bytes; }, 4096, 1'073'741'824),
      "Bytes that may wait for a slow client before it is closed"},
  key{"websocket.compression", boolean([](auto& s) -> auto& { return s.websocket.compression; }),
      "Messages are compressed (permessage-deflate) for clients that offer it"},
  key{"websocket.compress_min_bytes",
      integer(
        [](auto& s) -> auto& { return s.websocket.compress_min_bytes; }, 32, 65'536),
      "Frames to clients are compressed from so many bytes on"},
  key{"websocket.hold_ms",
      integer(
        [](auto& s) -> auto& { return s.websocket.hold_ms; }, 0, 1000),
      "While a thread is busy, a room's messages may wait so long for the next ones, to share a write; 0: none waits"},

  key{"limits.rate_limiting", boolean([](auto& s) -> auto& { return s.limits.rate_limiting; }),
      "false switches off every rate limit below"},
  key{"limits.body_bytes",
      integer(
        [](auto& s) -> auto& { return s.limits.body_bytes; }, 1024, 1'073'741'824),
      "A request's body, bytes"},
  key{"limits.profile_body_bytes",
      integer(
        [](auto& s) -> auto& { return s.limits.profile_body_bytes; }, 1024, 1'073'741'824),
      "The body of PUT /users/me, bytes; where avatar_bytes needs more in Base64, that"},
  key{"limits.avatar_bytes",
      integer(
        [](auto& s) -> auto& { return s.limits.avatar_bytes; }, 1024, 67'108'864),
      "An avatar when decoded, bytes"},
  key{"limits.video_bytes",
      integer(
        [](auto& s) -> auto& { return s.limits.video_bytes; }, 1024, 1'099'511'627'776),
      "An uploaded video, bytes"},
  key{"limits.file_bytes",
      integer(
        [](auto& s) -> auto& { return s.limits.file_bytes; }, 1024, 1'073'741'824),
      "A file of a message, bytes"},
  key{"limits.logins_per_minute",
      integer(
        [](auto& s) -> auto& { return s.limits.logins_per_minute; }, 1, rate_max),
      "Logins a minute, per address"},
  key{"limits.registrations_per_minute",
      integer(
        [](auto& s) -> auto& { return s.limits.registrations_per_minute; }, 1, rate_max),
      "Registrations a minute, per address"},
  key{"limits.messages_per_second",
      integer(
        [](auto& s) -> auto& { return s.limits.messages_per_second; }, 1, rate_max),
      "Chat messages a second, per user; a burst may be twice as many"},
  key{"limits.frames_per_second",
      integer(
        [](auto& s) -> auto& { return s.limits.frames_per_second; }, 1, rate_max),
      "WebSocket frames a second, per user"},
  key{"limits.joins_per_second",
      integer(
        [](auto& s) -> auto& { return s.limits.joins_per_second; }, 1, rate_max),
      "Joins of rooms a second, per user"},
  key{"limits.content_characters",
      integer(
        [](auto& s) -> auto& { return s.limits.texts.content_characters; }, 1, 262'144),
      "Characters of a message"},
  key{"limits.username_min",
      integer(
        [](auto& s) -> auto& { return s.limits.texts.username_min; }, 1, 64),
      "Characters of a user's name, at least"},
  key{"limits.username_max",
      integer(
        [](auto& s) -> auto& { return s.limits.texts.username_max; }, 1, 255),
      "Characters of a user's name, at most"},
  key{"limits.password_min_bytes",
      integer(
        [](auto& s) -> auto& { return s.limits.texts.password_min_bytes; }, 1, 72),
      "Bytes of a password, at least; 8 or more in production"},
  key{"limits.password_max_bytes",
      integer(
        [](auto& s) -> auto& { return s.limits.texts.password_max_bytes; }, 8, 72),
      "Bytes of a password, at most; bcrypt reads no more than 72"},
  key{"limits.room_name_characters",
      integer(
        [](auto& s) -> auto& { return s.limits.texts.room_name_characters; }, 1, 1000),
      "Characters of a room's name"},
  key{"limits.path_id_bytes",
      integer(
        [](auto& s) -> auto& { return s.limits.texts.path_id_bytes; }, 64, 4096),
      "Bytes of an id in a path"},

  key{"rooms.presence_grace_ms",
      integer(
        [](auto& s) -> auto& { return s.rooms.presence_grace_ms; }, 0, 60'000),
      "Milliseconds that a user's last connection may be lost before its rooms hear of it; 0 = at once"},

  key{"log.level",
      choice(
        [](auto& s) -> auto& { return s.log.level; }, levels),
      "Least severity that is logged"},
  key{"log.format",
      choice(
        [](auto& s) -> auto& { return s.log.format; }, formats),
      "Lines for people or JSON lines"},
  key{"log.file",
      text(
        [](auto& s) -> auto& { return s.log.file; }, is_anything, "a path"),
      "File that lines are added to; empty = standard error; SIGHUP opens it anew"},
  key{"log.access",
      choice(
        [](auto& s) -> auto& { return s.log.access; }, accesses),
      "Which HTTP requests are a line each; errors = those answered with 400 and above"},

  key{"tls.certificate",
      texts(
        [](auto& s) -> auto& { return s.tls.certificate; }, is_anything, "a PEM file; as many as keys, or none", true),
      "PEM files of a certificate and its chain each, to serve https and wss; the client's SNI chooses; empty = plain"},
  key{"tls.key",
      texts(
        [](auto& s) -> auto& { return s.tls.key; }, is_anything, "a PEM file; as many as certificates, or none", true),
      "PEM files of their private keys in the same order, without a passphrase; empty = plain"},

  key{"cluster.enabled", boolean([](auto& s) -> auto& { return s.cluster.enabled; }),
      "This server is one of several on one PostgreSQL"},
  key{"cluster.name",
      text(
        [](auto& s) -> auto& { return s.cluster.name; }, is_node_name, node_name_forms),
      "The node's name, unlike that of every other; empty = the host's"},
  key{"cluster.listen",
      text(
        [](auto& s) -> auto& { return s.cluster.listen; }, is_host_port, host_port_forms),
      "Where the other nodes reach this one; port 0 = any free one"},
  key{"cluster.advertise",
      text(
        [](auto& s) -> auto& { return s.cluster.advertise; }, is_host_port_or_empty, "HOST:PORT, or nothing"),
      "What the other nodes are told instead; empty = where it listens"},
  key{"cluster.certificate",
      text(
        [](auto& s) -> auto& { return s.cluster.certificate; }, is_anything, "a PEM file, or nothing"),
      "PEM file of the node's certificate; empty = plain, which only loopback may be"},
  key{"cluster.key",
      text(
        [](auto& s) -> auto& { return s.cluster.key; }, is_anything, "a PEM file, or nothing"),
      "PEM file of its private key, without a passphrase"},
  key{"cluster.ca",
      text(
        [](auto& s) -> auto& { return s.cluster.ca; }, is_anything, "a PEM file, or nothing"),
      "PEM file of the authority that signed the certificates of all nodes, and nothing else"},
  key{"cluster.lease_ms",
      integer(
        [](auto& s) -> auto& { return s.cluster.lease_ms; }, 600, 60'000),
      "Milliseconds without a sign of life after which a node is dead to the others"},
  key{"cluster.rebalance", boolean([](auto& s) -> auto& { return s.cluster.rebalance; }),
      "A room that nobody has been in for a minute lives where it is needed next"},

  key{"webhooks.url",
      texts(
        [](auto& s) -> auto& { return s.webhooks.url; }, is_webhook_url, "https://… or http://…", true),
      "Where events are posted; /admin/webhooks makes more; empty = nowhere"},
  key{"webhooks.secret",
      text(
        [](auto& s) -> auto& { return s.webhooks.secret; }, is_webhook_secret,
        "whsec_ and 24 to 64 bytes in Base64, or nothing"),
      "Signs what is posted to webhooks.url", disclosure::secret},
  key{"webhooks.events",
      list(
        [](auto& s) -> auto& { return s.webhooks.events; }, is_webhook_event, webhook_event_forms),
      "What webhooks.url is told; empty = all"},
  key{"webhooks.rooms",
      list(
        [](auto& s) -> auto& { return s.webhooks.rooms; }, is_row_id, "ids of rooms, as \"12\""),
      "Rooms that webhooks.url is told of; empty = all"},
  key{"webhooks.allow_addresses",
      list(
        [](auto& s) -> auto& { return s.webhooks.allow_addresses; }, ip_list::is_entry,
        "addresses, ranges as 10.0.0.0/8, loopback, private"),
      "Addresses that are not public and may be posted to all the same, by any webhook"},
  key{
    "webhooks.retry_ms",
    integer(
      [](auto& s) -> auto& { return s.webhooks.retry_ms; }, 10, 600'000),
    "Milliseconds from a first failure to the next attempt; later pauses are 60, 360, 1440, 3600, 7200 times as long"},
  key{"webhooks.give_up_seconds",
      integer(
        [](auto& s) -> auto& { return s.webhooks.give_up_seconds; }, 1, 604'800),
      "Seconds after which an event that could not be delivered is given up"},
};

} // namespace

std::span<const key> all_keys() {
  return table;
}

} // namespace parley::config
