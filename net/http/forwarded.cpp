#include "net/http/forwarded.hpp"

#include "net/http/authority.hpp"
#include "net/http/fields.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace parley::net {

namespace {

/// A header of more than this is no proxy's.
constexpr std::size_t hops_max = 64;

/// What one proxy wrote.
struct hop {
  std::string client; ///< as it stood there; may be no address
  std::string host;
  std::string scheme;
};

/// The parts of `text` between `mark`s, trimmed.
std::vector<std::string_view> split(std::string_view text, char mark) {
  std::vector<std::string_view> out;
  while (true) {
    const auto end = std::min(text.find(mark), text.size());
    out.push_back(trim(text.substr(0, end)));
    if (end == text.size())
      return out;
    text.remove_prefix(end + 1);
  }
}

/// The same where `mark`s inside of quoted strings (RFC 9110 §5.6.4) mean nothing. Empty if a quotation does not
/// end: a client that opens one would swallow what the proxy wrote behind it.
std::vector<std::string_view> split_quoted(std::string_view text, char mark) {
  std::vector<std::string_view> out;
  bool quoted = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == mark && !quoted) {
      out.push_back(trim(text.substr(begin, i - begin)));
      begin = i + 1;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '\\' && quoted) {
      ++i;
    }
  }
  if (quoted)
    return {};
  out.push_back(trim(text.substr(begin)));
  return out;
}

/// The last elements of all fields of that name, in their order; empty ones do not count (RFC 9110 §5.6.1). A field
/// that cannot be divided is one element that means nothing.
std::vector<std::string_view> elements_of(const request_head& head, std::string_view name,
                                          std::vector<std::string_view> (*divide)(std::string_view, char)) {
  std::vector<std::string_view> out;
  for (const auto& [field, value] : head.fields) {
    if (!same_token(field, name))
      continue;
    auto parts = divide(value, ',');
    if (parts.empty())
      parts.emplace_back("\"");
    std::ranges::copy_if(parts, std::back_inserter(out), [](std::string_view one) { return !one.empty(); });
  }
  if (out.size() > hops_max)
    out.erase(out.begin(), out.end() - hops_max);
  return out;
}

std::string unquote(std::string_view text) {
  if (text.size() < 2 || !text.starts_with('"') || !text.ends_with('"'))
    return std::string(text);
  std::string out;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size())
      ++i;
    out += text[i];
  }
  return out;
}

/// A node-port (RFC 7239 §6): a number, or a name in its place that begins with `_`.
bool is_node_port(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (!text.starts_with('_'))
    return !text.empty() && std::ranges::all_of(text, is_digit);
  return text.size() > 1 && std::ranges::all_of(text, [&](char c) {
           return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
         });
}

/// The address of a node (RFC 7239 §6): `192.0.2.1`, `192.0.2.1:80`, `[2001:db8::1]`, `[2001:db8::1]:_hidden`, or an
/// IPv6 address without brackets, as `X-Forwarded-For` has it. nullopt for `unknown`, `_hidden` and whatever else.
std::optional<ip_address> address_of(std::string_view node) {
  if (node.starts_with('[')) {
    const auto end = node.find(']');
    const auto rest = node.substr(std::min(end, node.size() - 1) + 1);
    if (end == std::string_view::npos || !(rest.empty() || (rest.starts_with(':') && is_node_port(rest.substr(1)))))
      return std::nullopt;
    const auto inside = node.substr(1, end - 1);
    return inside.find(':') == std::string_view::npos ? std::nullopt : ip_address::parse(inside);
  }
  const auto colon = node.find(':');
  const bool has_port =
    colon != std::string_view::npos && colon == node.rfind(':') && is_node_port(node.substr(colon + 1));
  return ip_address::parse(has_port ? node.substr(0, colon) : node);
}

std::string scheme_of(std::string_view text) {
  for (const std::string_view known : {"https", "http"})
    if (same_token(text, known))
      return std::string(known);
  return {};
}

/// One element of `Forwarded` (RFC 7239 §4). Parameters that we do not need are left out.
hop read_element(std::string_view element) {
  hop out;
  for (const auto pair : split_quoted(element, ';')) {
    const auto mark = pair.find('=');
    if (mark == std::string_view::npos)
      continue;
    const auto name = trim(pair.substr(0, mark));
    auto value = unquote(trim(pair.substr(mark + 1)));
    if (same_token(name, "for"))
      out.client = std::move(value);
    else if (same_token(name, "host"))
      out.host = std::move(value);
    else if (same_token(name, "proto"))
      out.scheme = std::move(value);
  }
  return out;
}

/// The client of these hops, by the rules of the header.
client_view walk(const std::vector<hop>& hops, client_view out, const ip_list& trusted) {
  for (auto at = hops.rbegin(); at != hops.rend(); ++at) {
    if (is_authority(at->host))
      out.host = at->host;
    if (const auto scheme = scheme_of(at->scheme); !scheme.empty())
      out.scheme = scheme;
    const auto client = address_of(at->client);
    if (!client)
      break;
    out.address = client->to_string();
    if (!trusted.contains(*client))
      break;
  }
  return out;
}

std::vector<hop> read_forwarded(const request_head& head) {
  std::vector<hop> out;
  for (const auto element : elements_of(head, "Forwarded", split_quoted))
    out.push_back(read_element(element));
  return out;
}

std::vector<hop> read_x_forwarded(const request_head& head) {
  std::vector<hop> out;
  for (const auto element : elements_of(head, "X-Forwarded-For", split))
    out.push_back({.client = unquote(element), .host = {}, .scheme = {}});
  const auto host = elements_of(head, "X-Forwarded-Host", split);
  const auto scheme = elements_of(head, "X-Forwarded-Proto", split);
  if (out.empty() && !(host.empty() && scheme.empty()))
    out.emplace_back(); // of a proxy that says how we were called, and not by whom
  if (!host.empty())
    out.back().host = host.back();
  if (!scheme.empty())
    out.back().scheme = scheme.back();
  return out;
}

} // namespace

client_view see_client(const request_head& head, std::string_view peer, const ip_list& trusted) {
  const auto known = ip_address::parse(peer);
  client_view out{.address = known ? known->to_string() : std::string(peer), .host = {}, .scheme = {}};
  if (trusted.empty() || !trusted.contains_peer(peer))
    return out;
  const auto standard = read_forwarded(head);
  const auto older = read_x_forwarded(head);
  auto by_standard = walk(standard, out, trusted);
  auto by_older = walk(older, out, trusted);
  if (standard.empty() || older.empty())
    return standard.empty() ? by_older : by_standard;
  if (by_standard.address != by_older.address)
    return out;
  if (by_standard.host.empty())
    by_standard.host = std::move(by_older.host);
  if (by_standard.scheme.empty())
    by_standard.scheme = std::move(by_older.scheme);
  return by_standard;
}

} // namespace parley::net
