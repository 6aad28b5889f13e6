// What a connection sends before it is anybody: request lines, fields, bodies, targets, queries, handshakes. Two
// servers must not see two different requests in it, so what is accepted is written out plainly and read once more.
#include "net/http/authority.hpp"
#include "net/http/cors.hpp"
#include "net/http/fields.hpp"
#include "net/http/forwarded.hpp"
#include "net/http/handshake.hpp"
#include "net/http/permessage_deflate.hpp"
#include "net/http/request_parser.hpp"
#include "net/http/routes.hpp"
#include "net/http/subprotocol.hpp"
#include "net/http/target.hpp"
#include "protocol/language.hpp"
#include "protocol/origin.hpp"
#include "protocol/text.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace parley::net {
namespace {

using fuzz::require;

constexpr std::size_t head_limit = 1024;
constexpr std::size_t body_limit = 256;

struct exchange {
  request_head head;
  std::string body;
};

struct conversation {
  std::vector<exchange> requests;
  error_code fault = error_code::none; ///< `bad_request` for whatever ended it
  bool in_body = false;                ///< a body was not complete when the bytes ended
};

error_code refused(error_code why) {
  require(why == error_code::bad_request || why == error_code::head_too_large || why == error_code::payload_too_large,
          "a request is refused with one of three codes");
  // Which of two faults is met first may depend on how the bytes were cut.
  return error_code::bad_request;
}

/// Reads all that it can; false where more bytes are needed.
bool drain(request_parser& parser, conversation& out) {
  while (true) {
    if (!out.in_body) {
      parser.begin();
      auto head = parser.read_head();
      if (!head) {
        out.fault = refused(head.error());
        return true;
      }
      if (!*head)
        return false;
      if ((*head)->refused && (*head)->refused != 417) {
        out.fault = error_code::bad_request; // which ends the connection
        return true;
      }
      out.requests.push_back({std::move(**head), {}});
      parser.limit_body(body_limit);
      out.in_body = true;
    }
    while (!parser.is_body_done()) {
      const auto step = parser.read_body();
      if (!step) {
        out.fault = refused(step.error());
        return true;
      }
      if (*step == request_parser::step::needs_more)
        return false;
    }
    out.requests.back().body = parser.body();
    out.in_body = false;
  }
}

conversation read(const std::vector<std::string>& pieces) {
  request_parser parser(head_limit);
  conversation out;
  for (const auto& piece : pieces) {
    std::ranges::copy(piece, parser.prepare(piece.size() + 3)); // room for more than came, as a socket's
    parser.commit(piece.size());
    if (drain(parser, out))
      break;
  }
  return out;
}

bool same_head(const request_head& a, const request_head& b) {
  return a.method == b.method && a.target == b.target && a.fields == b.fields && a.is_http_1_0 == b.is_http_1_0 &&
         a.keep_alive == b.keep_alive && a.has_body == b.has_body && a.expects_continue == b.expects_continue &&
         a.refused == b.refused;
}

bool same(const conversation& a, const conversation& b) {
  return a.fault == b.fault && a.in_body == b.in_body &&
         std::ranges::equal(a.requests, b.requests, [](const exchange& x, const exchange& y) {
           return same_head(x.head, y.head) && x.body == y.body;
         });
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); });
}

std::size_t count(const request_head& head, std::string_view name) {
  return static_cast<std::size_t>(
    std::ranges::count_if(head.fields, [&](const auto& field) { return same_token(field.first, name); }));
}

/// The request as the plainest client would have sent it.
std::string write(const exchange& x) {
  std::string out = x.head.method + " " + x.head.target + (x.head.is_http_1_0 ? " HTTP/1.0" : " HTTP/1.1") + "\r\n";
  for (const auto& [name, value] : x.head.fields)
    out += name + ": " + value + "\r\n";
  out += "\r\n";
  if (!x.head.find("Transfer-Encoding"))
    return out + x.body;
  constexpr std::string_view digits = "0123456789abcdef";
  if (!x.body.empty())
    (((out += digits[x.body.size() >> 8 & 15]) += digits[x.body.size() >> 4 & 15]) += digits[x.body.size() & 15]) +=
      "\r\n" + x.body + "\r\n";
  return out + "0\r\n\r\n";
}

void check_syntax(const request_head& head) {
  require(is_token(head.method), "a method is a token");
  require(!head.target.empty() && is_printable(head.target) && head.target.find_first_of(" \t") == std::string::npos,
          "a target is one word");
  for (const auto& [name, value] : head.fields) {
    require(is_token(name), "a field's name is a token");
    require(is_printable(value) && trim(value) == value, "a field's value is printable and trimmed");
  }
  require(count(head, "Host") == 1 || (head.is_http_1_0 && count(head, "Host") == 0), "there is one Host");
  const auto host = head.find("Host").value_or(std::string_view());
  require(is_authority(host) || (head.is_http_1_0 && host.empty()), "Host is a host");
  const auto lengths = count(head, "Content-Length");
  const auto codings = count(head, "Transfer-Encoding");
  require(lengths + codings <= 1, "a body's end is told in one way");
  if (const auto coding = head.find("Transfer-Encoding"))
    require(same_token(*coding, "chunked") && !head.is_http_1_0, "the only coding is chunked");
  if (const auto length = head.find("Content-Length"))
    require(!length->empty() && length->find_first_not_of("0123456789") == std::string_view::npos,
            "a length is digits");
  require(!head.has_body || lengths + codings == 1, "no body comes unannounced");
}

const route_tree& tree() {
  const auto row = [](std::string_view method, std::string pattern, route_kind kind = route_kind::http) {
    return route{method, std::move(pattern), route_auth::none, {}, nullptr, kind};
  };
  // One of each kind of pattern that the server has.
  static const std::vector<route> rows{row("GET", "/"),
                                       row("GET", "/users/me"),
                                       row("PUT", "/users/me"),
                                       row("GET", "/users/{user_id}"),
                                       row("POST", "/rooms/join"),
                                       row("GET", "/rooms/{room_id}"),
                                       row("DELETE", "/rooms/{room_id}/members/{user_id}"),
                                       row("OPTIONS", "/rooms/{room_id}/uploads"),
                                       row("HEAD", "/uploads/{upload_id}"),
                                       row("GET", "/static/{file...}"),
                                       row("GET", "/ws", route_kind::websocket),
                                       row("GET", "/ws/chat/{room_id}/", route_kind::websocket),
                                       row("GET", "/ws/realtime/{connection_id...}", route_kind::websocket),
                                       row("GET", "/ws/{client_id}", route_kind::websocket)};
  static const route_tree out(rows);
  return out;
}

std::string escape(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text)
    ((out += '%') += digits[static_cast<unsigned char>(c) >> 4]) += digits[static_cast<unsigned char>(c) & 15];
  return out;
}

bool is_text(std::string_view text) {
  return is_utf8(text) && text.find('\0') == std::string_view::npos;
}

void check_path(std::string_view method, std::string_view path) {
  const auto found = tree().find(method, path);
  require(found.row == nullptr || !found.allow.empty(), "a row's path has methods");
  const auto slashed = std::string(path) + "/";
  const bool takes_slash = found.row == nullptr || found.row->pattern.ends_with("...}");
  if (!takes_slash && !path.ends_with('/'))
    require(tree().find(method, slashed).row == found.row, "a slash at the end is optional");
  if (found.row == nullptr) {
    require(found.parameters.empty() && found.faults.empty(), "parameters are a row's");
    return;
  }
  const auto wanted = static_cast<std::size_t>(std::ranges::count(found.row->pattern, '{'));
  require(found.parameters.size() + found.faults.size() == wanted, "each parameter is there or at fault");
  // The same parameters, written with as many escapes as there can be, lead to the same place.
  auto again = found.row->pattern;
  for (const auto& [name, value] : found.parameters) {
    require(is_text(value) && value.size() <= text_limits{}.path_id_bytes, "a parameter is text within its limit");
    const auto at = again.find('{');
    again.replace(at, again.find('}') - at + 1, escape(value));
  }
  if (!found.faults.empty())
    return;
  const auto other = tree().find(method, again);
  require(other.parameters.size() == wanted, "an escaped parameter is one still");
  // A word in a parameter's place may be another pattern's own, but never once it is escaped; `{...}` may be empty.
  for (std::size_t i = 0; i < wanted && other.row == found.row; ++i)
    require(other.parameters[i].value == found.parameters[i].value, "an escaped parameter has its value");
}

void check_target(const request_head& head) {
  const auto [path, query, authority] = split_target(head.target);
  require(authority.empty() || head.find("Host") == authority, "an absolute target says whom it is meant for");
  require(path.empty() || path.starts_with('/'), "a path begins at the root");
  require(path.find('?') == std::string_view::npos, "a query is no part of the path");
  if (!path.empty())
    check_path(head.method, path);
  const auto parameters = decode_query(query);
  if (!parameters)
    return;
  std::string again;
  for (const auto& [name, value] : *parameters) {
    require(is_text(name) && is_text(value), "a query is text");
    again += escape(name) + "=" + escape(value) + "&";
  }
  require(decode_query(again) == parameters, "an escaped query is the same one");
  decode_page(*parameters);
  decode_history(*parameters);
  decode_search(*parameters);
  decode_notification_status(*parameters);
  decode_user_filter(*parameters);
}

void check_fields(const request_head& head) {
  pick_language(head.find("Accept-Language").value_or(std::string_view()), language::zh);
  if (const auto credentials = head.find("Authorization"))
    if (const auto bearer = bearer_of(*credentials))
      require(trim(*bearer) == *bearer, "a token has no white space around it");
  const std::array<std::string, 1> listed{"https://a.example"};
  const auto origin = head.find("Origin");
  const bool own = origin && is_own_origin(*origin, head, {});
  const auto accept = check_handshake(head, {}, listed, false);
  require(!check_handshake(head, {}, listed, true), "nobody comes in while the server drains");
  const std::array<std::string, 1> trusted{"loopback"};
  const auto client = see_client(head, "127.0.0.1", ip_list(trusted));
  require(ip_address::parse(client.address).has_value(), "a client has an address");
  require(see_client(head, "192.0.2.1", ip_list(trusted)).address == "192.0.2.1", "a stranger's word does not count");
  const auto offer = choose_subprotocol(head);
  require(!offer.token || offer.chosen != *offer.token, "a token is not repeated");
  require(std::ranges::none_of(offer.chosen, [](char c) { return c <= ' ' || c == ','; }),
          "a choice is one of the offer");
  const auto extension = choose_extension(head);
  require(!extension || extension->answer.empty() == (extension->deflate.window_bits == 0),
          "what is agreed on is answered");
  if (!accept)
    return;
  require(accept->size() == 28, "an accepted key is a digest of 20 bytes");
  require(!head.is_http_1_0 && !head.has_body && head.lists("Connection", "upgrade") &&
            head.lists("Upgrade", "websocket") && head.find("Sec-WebSocket-Version") == "13",
          "a handshake has what RFC 6455 asks of it");
  require(!origin || own || is_listed_origin(*origin, listed), "no foreign page opens a socket");
}

} // namespace
} // namespace parley::net

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley::net;
  parley::fuzz::input in(data, size);
  const auto seed = in.byte();
  const auto whole = read(parley::fuzz::cut(in.rest(), 0));
  require(same(whole, read(parley::fuzz::cut(in.rest(), 2U + seed))), "any pieces mean the same");
  require(same(whole, read(parley::fuzz::cut(in.rest(), 1))), "single bytes mean the same");
  for (const auto& one : whole.requests) {
    check_syntax(one.head);
    check_target(one.head);
    check_fields(one.head);
    if (whole.in_body && &one == &whole.requests.back())
      break;
    if (whole.fault != parley::error_code::none && &one == &whole.requests.back())
      break; // its body may be what was at fault
    const auto plain = write(one);
    if (plain.size() - one.body.size() > head_limit)
      continue;
    const auto again = read({plain + "GET / HTTP/1.1\r\nHost: a\r\n\r\n"});
    require(again.fault == parley::error_code::none && again.requests.size() == 2, "it ends where it ended");
    require(same_head(again.requests.front().head, one.head), "its head reads back as it was");
    require(again.requests.front().body == one.body, "its body reads back as it was");
  }
  return 0;
}
