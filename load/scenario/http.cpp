#include "load/scenario/http.hpp"

#include "load/measure/marker.hpp"
#include "load/scenario/http_part.hpp"
#include "load/scenario/limits.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace parley::load {

namespace {

/// Parley's own way in; its dialects publish over the WebSocket, so they do not have it.
http_publish parley_post() {
  http_publish out;
  out.path = *text_template::parse("/rooms/{room}/messages/");
  out.body = *text_template::parse(R"({"content":"{content}"})");
  out.headers = {*text_template::parse("Authorization: Bearer {token}"),
                 *text_template::parse("Content-Type: application/json")};
  return out;
}

bool carries_marker(const http_publish& what) {
  using place = text_template::place;
  return what.body.uses(place::content) || what.body.uses(place::marker) || what.path.uses(place::content) ||
         what.path.uses(place::marker);
}

tl::expected<void, std::string> read_flag(std::string_view flag, const std::string& from, text_template& to) {
  if (from.empty())
    return {};
  auto parsed = text_template::parse(from);
  if (!parsed)
    return tl::unexpected(std::string(flag).append(": ").append(parsed.error()));
  to = std::move(*parsed);
  return {};
}

} // namespace

tl::expected<http_publish, std::string> request_of(const http_options& options, const dialect& speaks) {
  http_publish out;
  if (options.path.empty() && !speaks.by_http.path.empty())
    out = speaks.by_http;
  else if (speaks.name.starts_with("parley"))
    out = parley_post();
  else if (options.path.empty())
    return tl::unexpected("dialect " + speaks.name +
                          " publishes nothing by HTTP: --path and --body must say what to send");
  if (!options.method.empty())
    out.method = options.method;
  if (!options.path.empty())
    out.body = {};
  if (auto read = read_flag("--path", options.path, out.path); !read)
    return tl::unexpected(read.error());
  if (auto read = read_flag("--body", options.body, out.body); !read)
    return tl::unexpected(read.error());
  if (!options.headers.empty())
    out.headers.assign(options.headers.size(), {});
  for (std::size_t i = 0; i < options.headers.size(); ++i)
    if (auto read = read_flag("--header", options.headers[i], out.headers[i]); !read)
      return tl::unexpected(read.error());
  return out;
}

void http_scenario::add_flags(CLI::App& to) {
  to.add_option("--rooms", options_.rooms, "user k posts to room 1 + k mod this")
    ->capture_default_str()
    ->check(CLI::Range(1U, connections_max));
  to.add_option("--window", options_.window, "connections, with one request at a time on each")
    ->capture_default_str()
    ->check(CLI::Range(1U, window_max));
  add_rate_flags(to, options_.pace, "requests a second of all connections, in an open loop");
  to.add_option("--listen", options_.listen, "WebSocket connections a room that must hear each post once")
    ->capture_default_str()
    ->check(CLI::Range(0U, connections_max));
  to.add_option("--size", options_.size, "bytes of a message's content")
    ->capture_default_str()
    ->check(CLI::Range(std::uint32_t{marker_size}, content_max));
  to.add_option("--method", options_.method, "POST, or what the dialect says")
    ->check(CLI::IsMember({"GET", "POST", "PUT", "PATCH", "DELETE"}));
  to.add_option("--path", options_.path, "template of path and query, as /rooms/{room}/messages/");
  to.add_option("--body", options_.body, "template of the body, as {\"content\":\"{content}\"}");
  to.add_option("--header", options_.headers, "template of a header line, in place of the dialect's; repeatable");
}

std::string http_scenario::conflict(const dialect& speaks, const share& processes) const {
  const auto what = request_of(options_, speaks);
  if (!what)
    return what.error();
  if (!what->path.source().starts_with('/'))
    return "--path must begin with /";
  if (options_.listen > 0 && !carries_marker(*what))
    return "--listen needs {content} or {marker} in --body";
  if (options_.listen > 0 && speaks.alone)
    return "dialect " + speaks.name + " returns a message to its sender alone: --listen hears nothing";
  if (processes.count > std::min(options_.rooms, options_.window))
    return "--processes must not exceed --rooms or --window: a room lives in one process";
  if (connections() > connections_max)
    return "--rooms times --listen must not exceed " + std::to_string(connections_max);
  return {};
}

std::unique_ptr<part> http_scenario::make_part(const part_setup& setup) const {
  return std::make_unique<http_part>(options_, setup);
}

void http_scenario::conclude(const tally& total, const run_facts& facts, conclusion& out) const {
  add_delivery_figures(total, facts, out);
  const auto count = [&](std::string_view name) { return total.count_of(name); };
  const auto measured = static_cast<double>(count("measured_answers"));
  out.values.add("answered", count("answered"));
  out.values.add("answers_per_s", per_second(measured, facts.measured_s));
  for (const std::string_view name : {"status_2xx", "status_3xx", "status_4xx", "status_5xx"})
    out.values.add(std::string(name), count(name));
  out.values.add("unanswered", count("unanswered"));
  out.values.add("reconnects", count("reconnects"));
  out.values.add("server_cpu_us_per_answer",
                 facts.measured_cpu_ns && measured > 0
                   ? std::optional(static_cast<double>(*facts.measured_cpu_ns) / measured / 1000)
                   : std::nullopt);
  out.values.add_quantiles("heard_", total.times_of("heard"));
  if (const std::uint64_t lost = count("unanswered"); lost > 0)
    out.faults.push_back(std::to_string(lost) + " requests were not answered");
  if (facts.measured_s > 0 && measured == 0)
    out.faults.emplace_back("nothing was answered in the measured time");
}

} // namespace parley::load
