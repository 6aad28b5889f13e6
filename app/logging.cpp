#include "app/logging.hpp"

#include "app/access_lines.hpp"

#include <nlohmann/json.hpp>
#include <spdlog/pattern_formatter.h>
#include <spdlog/spdlog.h>

#include <iterator>
#include <string>
#include <string_view>

namespace parley::app {

namespace {

/// `%*`: the line's connection and its message as members of a JSON object.
class json_message final : public spdlog::custom_flag_formatter {
public:
  void format(const spdlog::details::log_msg& msg, const std::tm&, spdlog::memory_buf_t& out) override {
    std::string_view message(msg.payload.data(), msg.payload.size());
    if (std::string_view(msg.logger_name.data(), msg.logger_name.size()) == access_logger_name) {
      out.append(message.data(), message.data() + message.size());
      return;
    }
    const auto connection = take_connection(message);
    const auto text =
      nlohmann::json(std::string(message)).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    fmt::format_to(std::back_inserter(out), R"("connection_id":{},"message":{})", connection, text);
  }

  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<json_message>(); }

private:
  /// Takes the mark of `log_connection` off; `null` if the line is about no connection.
  static std::string_view take_connection(std::string_view& message) {
    constexpr std::string_view mark = "[connection ";
    const auto end = message.find("] ");
    if (!message.starts_with(mark) || end == std::string_view::npos)
      return "null";
    const auto number = message.substr(mark.size(), end - mark.size());
    message.remove_prefix(end + 2);
    return number;
  }
};

spdlog::level::level_enum level_of(config::log_level x) {
  switch (x) {
  case config::log_level::trace:
    return spdlog::level::trace;
  case config::log_level::debug:
    return spdlog::level::debug;
  case config::log_level::info:
    return spdlog::level::info;
  case config::log_level::warning:
    return spdlog::level::warn;
  case config::log_level::error:
    return spdlog::level::err;
  }
  return spdlog::level::info;
}

} // namespace

std::shared_ptr<log_sink> start_logging(const config::log_settings& s) {
  auto sink = std::make_shared<log_sink>(s.file);
  auto logger = std::make_shared<spdlog::logger>("parley", sink);
  auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  if (s.format == config::log_format::json) {
    formatter->add_flag<json_message>('*').set_pattern(
      R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","thread":%t,%*})");
  } else {
    formatter->set_pattern("%Y-%m-%dT%H:%M:%S.%eZ %l %v");
  }
  logger->set_formatter(std::move(formatter));
  logger->set_level(level_of(s.level));
  spdlog::set_default_logger(std::move(logger));
  return sink;
}

} // namespace parley::app
