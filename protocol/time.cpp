#include "protocol/time.hpp"

#include <algorithm>
#include <cstdint>

namespace parley {

namespace {

using namespace std::chrono;

// RFC 3339 has four digits for the year; a foreign token's `exp` may lie beyond them.
constexpr timestamp first_time = sys_days{year{0} / January / 1};
constexpr timestamp last_time = sys_days{year{10000} / January / 1} - milliseconds{1};

void put_digits(char* end, unsigned value, int count) {
  for (; count > 0; --count) {
    *--end = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

/// Takes pieces off the front of a text; once something did not fit, all that follows fails as well.
class time_scanner {
public:
  explicit time_scanner(std::string_view text) : rest_(text) {}

  bool done() const { return good_ && rest_.empty(); }

  unsigned number(std::size_t digits, unsigned max) {
    unsigned out = 0;
    for (std::size_t i = 0; i < digits; ++i)
      out = out * 10 + digit();
    good_ = good_ && out <= max;
    return out;
  }

  /// The first of `choices` that stands next, which is taken; NUL if none does.
  char any_of(std::string_view choices) {
    if (rest_.empty() || choices.find(rest_.front()) == std::string_view::npos) {
      good_ = false;
      return '\0';
    }
    return take();
  }

  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c)
      return false;
    take();
    return true;
  }

  /// Digits after the point; what is finer than a millisecond is cut off.
  milliseconds fraction() {
    int out = static_cast<int>(digit());
    int scale = 100;
    out *= scale;
    while (good_ && !rest_.empty() && is_digit(rest_.front())) {
      scale /= 10;
      out += static_cast<int>(digit()) * scale;
    }
    return milliseconds{out};
  }

private:
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

  char take() {
    char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  unsigned digit() {
    if (rest_.empty() || !is_digit(rest_.front())) {
      good_ = false;
      return 0;
    }
    return static_cast<unsigned>(take() - '0');
  }

  std::string_view rest_;
  bool good_ = true;
};

minutes read_offset(time_scanner& in) {
  char sign = in.any_of("Zz+-");
  if (sign != '+' && sign != '-')
    return minutes{0};
  hours h{in.number(2, 23)};
  in.any_of(":");
  minutes m{in.number(2, 59)};
  return sign == '+' ? h + m : -(h + m);
}

} // namespace

moment even_clock::now() noexcept {
  static const auto started = steady_clock::now();
  static const auto began_as = system_clock::now().time_since_epoch();
  return moment(duration_cast<milliseconds>(began_as + (steady_clock::now() - started)));
}

timestamp system_now() {
  return time_point_cast<milliseconds>(system_clock::now());
}

time_source system_clocks() {
  return {&system_now, &even_clock::now};
}

void append_time(std::string& out, timestamp t) {
  t = std::clamp(t, first_time, last_time);
  const auto day = floor<days>(t);
  const year_month_day date{day};
  const auto in_day = static_cast<unsigned>((t - day).count());
  char text[] = "YYYY-MM-DDThh:mm:ss.fffZ";
  put_digits(text + 4, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put_digits(text + 7, static_cast<unsigned>(date.month()), 2);
  put_digits(text + 10, static_cast<unsigned>(date.day()), 2);
  put_digits(text + 13, in_day / 3'600'000, 2);
  put_digits(text + 16, in_day / 60'000 % 60, 2);
  put_digits(text + 19, in_day / 1000 % 60, 2);
  put_digits(text + 23, in_day % 1000, 3);
  out.append(text, sizeof text - 1);
}

std::string format_time(timestamp t) {
  std::string out;
  append_time(out, t);
  return out;
}

std::optional<timestamp> parse_time(std::string_view text) {
  time_scanner in{text};
  const year y{static_cast<int>(in.number(4, 9999))};
  in.any_of("-");
  const month m{in.number(2, 12)};
  in.any_of("-");
  const day d{in.number(2, 31)};
  in.any_of("Tt");
  const hours h{in.number(2, 23)};
  in.any_of(":");
  const minutes min{in.number(2, 59)};
  in.any_of(":");
  const seconds s{in.number(2, 60)};
  const milliseconds fraction = in.skip('.') ? in.fraction() : milliseconds{0};
  const minutes offset = read_offset(in);
  const year_month_day date{y, m, d};
  if (!in.done() || !date.ok())
    return std::nullopt;
  const auto minute = sys_days{date} + h + min - offset;
  // A leap second ends a UTC day; the clock that counts without them shows the next second.
  if (s == seconds{60} && minute + minutes{1} != floor<days>(minute + minutes{1}))
    return std::nullopt;
  const timestamp out = minute + s + fraction;
  if (out < first_time || out > last_time)
    return std::nullopt;
  return out;
}

} // namespace parley
