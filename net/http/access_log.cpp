#include "net/http/access_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace parley::net {

namespace {

constexpr std::size_t target_bytes_max = 512;

/// Parameters whose values say nothing about a person and open nothing. A new one is hidden until it is in here.
constexpr std::array<std::string_view, 11> open_parameters{
  "after_id", "ban", "before_id", "ids", "lang", "limit", "page", "scope", "size", "status", "user_id"};

bool is_printable(char c) {
  return c > ' ' && c <= '~' && c != '"' && c != '\\';
}

/// Whether it is a number, a list of ids, a time or a word: nothing that could hold another parameter.
bool is_plain(std::string_view value) {
  return std::ranges::all_of(value, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == ',' || c == '-' ||
           c == '_';
  });
}

bool may_be_shown(std::string_view name, std::string_view value) {
  return is_plain(value) && std::ranges::find(open_parameters, name) != open_parameters.end();
}

} // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char c : text) {
    if (is_printable(c))
      out += c;
    else
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

std::string loggable_target(std::string_view target) {
  const auto mark = target.find('?');
  auto out = printable(target.substr(0, std::min(mark, target_bytes_max)));
  char before = '?';
  for (auto query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
       !query.empty() && out.size() < target_bytes_max;) {
    const auto end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    const auto name = pair.substr(0, pair.find('='));
    const bool open = name.size() < pair.size() && may_be_shown(name, pair.substr(name.size() + 1));
    out += std::exchange(before, '&');
    out += open ? printable(pair) : name.size() < pair.size() ? printable(name) + "=*" : std::string("*");
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  if (out.size() > target_bytes_max)
    out.resize(target_bytes_max);
  return out;
}

} // namespace parley::net
