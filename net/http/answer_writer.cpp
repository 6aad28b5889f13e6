#include "net/http/answer_writer.hpp"

#include "protocol/error_code.hpp"

#include <array>
#include <chrono>
#include <cstdio>

namespace parley::net {

std::string http_date(timestamp t) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(t - day));
  std::array<char, 64> out{};
  const int size = std::snprintf(out.data(), out.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                                 days.at(std::chrono::weekday(day).c_encoding()), static_cast<unsigned>(date.day()),
                                 months.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
                                 static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                                 static_cast<int>(clock.seconds().count()));
  return {out.data(), static_cast<std::size_t>(size)};
}

std::string write_head(const response& what, connection_word last, timestamp now) {
  std::string out;
  const auto add = [&out](std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
  };
  out.append("HTTP/1.1 ").append(std::to_string(what.status)).append(" ").append(reason_phrase(what.status));
  out.append("\r\n");
  add("Date", http_date(now));
  if (!what.content_type.empty())
    add("Content-Type", what.content_type);
  if (what.status != 204) {
    add("Content-Length", std::to_string(what.body.size()));
    add("X-Content-Type-Options", "nosniff");
  }
  // Everything here is about one caller at one moment; tokens must not be kept at all (RFC 6749 §5.1).
  add("Cache-Control", "no-store");
  for (const auto& [name, value] : what.extra)
    add(name, value);
  if (last != connection_word::none)
    add("Connection", last == connection_word::close ? "close" : "keep-alive");
  return out.append("\r\n");
}

} // namespace parley::net
