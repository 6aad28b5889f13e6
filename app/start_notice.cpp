#include "app/start_notice.hpp"

#include "app/version.hpp"
#include "config/database_url.hpp"
#include "config/key.hpp"
#include "config/listen_host.hpp"
#include "protocol/public_place.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <sys/resource.h>
#include <utility>
#include <vector>

namespace parley::app {

namespace {

struct row {
  std::string_view name;
  std::string value;
};

std::string open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return "unlimited";
  return std::to_string(limit.rlim_cur);
}

/// `http.public_url`; without it what a browser on this machine opens: of an address that stands for all of them, the
/// one of loopback. The name that was asked for, where there is one: a certificate may be for it alone.
std::optional<std::string> address_for_browsers(const config::settings& s, std::span<const net::bound_place> places,
                                                std::string_view scheme) {
  if (!settled_place().origin.empty())
    return give_out("/");
  const auto found = std::ranges::find_if(places, [](const auto& x) { return !x.is_unix(); });
  if (found == places.end())
    return std::nullopt;
  const auto port = ':' + std::to_string(found->port);
  auto host = found->name.substr(0, found->name.size() - port.size());
  const auto written = config::parse_listen_host(s.server.host.front());
  if (written && (written->what == config::listen_host::form::name))
    host = written->text;
  else if (host == "0.0.0.0" || host == "[::]")
    host = host == "[::]" ? "[::1]" : "127.0.0.1";
  return std::string(scheme) + "://" + host + port + give_out("/");
}

/// Names and paths are other people's text: one line each, whatever they hold.
std::string shown(const std::string& text) {
  const auto quoted = config::quote(text);
  return quoted.size() == text.size() + 2 ? text : quoted;
}

std::vector<row> rows(const config::loaded_settings& loaded, const node& running,
                      std::span<const net::bound_place> places) {
  const auto& s = loaded.values;
  std::vector<row> out;
  const auto url = address_for_browsers(s, places, s.tls.certificate.empty() ? "http" : "https");
  if (url)
    out.push_back({"open in a browser", *url});
  out.push_back({"data folder", shown(std::filesystem::absolute(s.data_dir).lexically_normal().string())});
  out.push_back({"database", shown(config::mask_password(config::resolve_database_url(s))) + ", durability " +
                               (s.storage.durability == config::durability_mode::full ? "full" : "normal")});
  out.push_back({"configuration", loaded.file ? shown(std::filesystem::absolute(*loaded.file).string())
                                              : std::string("no file; defaults, environment and flags")});
  if (!s.log.file.empty())
    out.push_back({"log", shown(std::filesystem::absolute(s.log.file).string())});
  out.push_back(
    {"limits", fmt::format("{} connections, {} open files, {} I/O {}", running.max_connections(), open_files(),
                           running.threads(), running.threads() == 1 ? "thread" : "threads")});
  return out;
}

} // namespace

std::string url_of(const net::bound_place& where, std::string_view scheme) {
  return where.is_unix() ? where.name : std::string(scheme) + "://" + where.name;
}

void announce_start(const config::loaded_settings& loaded, const node& running,
                    std::span<const net::bound_place> places) {
  const auto all = rows(loaded, running, places);
  const bool production = loaded.values.server.environment == config::environment_name::production;
  const auto first = fmt::format("Parley {}, {}", version, production ? "production" : "development");
  if (loaded.values.log.format == config::log_format::json) {
    auto line = first;
    for (const auto& x : all)
      line.append("; ").append(x.name).append(": ").append(x.value);
    spdlog::info(line);
    return;
  }
  spdlog::info(first);
  for (const auto& x : all)
    spdlog::info("{:<18} {}", x.name, x.value);
}

} // namespace parley::app
