#include "app/access_lines.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>

#include <chrono>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

namespace parley::app {

namespace {

constexpr int first_error = 400;
constexpr std::size_t method_bytes_max = 32;

struct shown_record {
  std::string method;
  std::string path;
  std::string address;
  double milliseconds;
};

std::string or_dash(std::string text) {
  return text.empty() ? "-" : text;
}

shown_record shown(const net::access_record& x) {
  using milliseconds = std::chrono::duration<double, std::milli>;
  return {or_dash(net::printable(x.method.substr(0, method_bytes_max))), or_dash(net::loggable_target(x.target)),
          or_dash(net::printable(x.address)), milliseconds(x.duration).count()};
}

std::string as_text(const net::access_record& x) {
  const auto y = shown(x);
  auto out = fmt::format("request {} {} {} {} bytes {:.3f} ms from {}", y.method, y.path, x.status, x.bytes,
                         y.milliseconds, y.address);
  if (x.user)
    out += fmt::format(" user {}", x.user.value);
  if (x.trace)
    out += fmt::format(" trace {}", x.trace->trace_id);
  return x.is_complete ? out : out + " unfinished";
}

/// Members of an object, without its braces.
std::string as_members(const net::access_record& x) {
  const auto y = shown(x);
  nlohmann::ordered_json out{{"connection_id", nullptr},
                             {"message", "request"},
                             {"method", y.method},
                             {"path", y.path},
                             {"status", x.status},
                             {"bytes", x.bytes},
                             {"duration_ms", std::round(y.milliseconds * 1000) / 1000},
                             {"address", y.address},
                             {"user_id", nullptr},
                             {"complete", x.is_complete},
                             {"trace_id", nullptr},
                             {"span_id", nullptr}};
  if (x.user)
    out["user_id"] = x.user.value;
  if (x.trace) {
    out["trace_id"] = x.trace->trace_id;
    out["span_id"] = x.trace->parent_id;
  }
  const auto object = out.dump();
  return object.substr(1, object.size() - 2);
}

} // namespace

net::access_logger access_lines(const config::log_settings& s) {
  if (s.access == config::access_log::off)
    return {};
  auto logger = spdlog::default_logger()->clone(access_logger_name);
  logger->set_level(spdlog::level::info);
  const auto least = s.access == config::access_log::errors ? first_error : 0;
  const bool json = s.format == config::log_format::json;
  return [logger = std::move(logger), least, json](const net::access_record& x) {
    if (x.status >= least)
      logger->info("{}", json ? as_members(x) : as_text(x));
  };
}

} // namespace parley::app
