#include "net/http/http_date.hpp"

#include <array>
#include <cstdio>
#include <ctime>

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

std::optional<timestamp> read_http_date(std::string_view text) {
  const std::string date(text);
  for (const auto* form : {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"}) {
    std::tm parts{};
    const auto* end = ::strptime(date.c_str(), form, &parts);
    if (end == date.c_str() + date.size())
      return timestamp(std::chrono::seconds(::timegm(&parts)));
  }
  return std::nullopt;
}

} // namespace parley::net
