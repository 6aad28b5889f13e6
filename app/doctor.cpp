#include "app/doctor.hpp"

#include "app/database.hpp"
#include "app/health.hpp"
#include "config/database_url.hpp"
#include "config/listen_host.hpp"
#include "net/tls_context.hpp"
#include "protocol/ip_address.hpp"
#include "protocol/time.hpp"
#include "protocol/whole_number.hpp"
#include "storage/foreign.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <unistd.h>

namespace parley::app {

namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using asio::ip::tcp;

constexpr std::chrono::days soon{21};
/// A log that is never taken into the database: somebody reads without end.
constexpr std::uintmax_t long_log = 256 * 1024 * 1024;
/// Connections of a server beside its readers (docs/postgresql.md), and of two commands.
constexpr int own_connections = 8;

// -- where it listens ------------------------------------------------------------------------

bool is_loopback(const config::listen_host& x) {
  using form = config::listen_host::form;
  if (x.what == form::unix_path || x.what == form::localhost)
    return true;
  const std::vector<std::string> own{"loopback"};
  const auto address = ip_address::parse(x.text);
  return address && ip_list(own).contains(*address);
}

/// Why nobody can listen there; empty where one can. Nothing listens afterwards.
std::string find_obstacle(const config::listen_host& x, std::uint16_t port) {
  using form = config::listen_host::form;
  if (x.what == form::unix_path) {
    const auto folder = fs::absolute(x.text).parent_path();
    if (!fs::is_directory(folder))
      return "there is no folder " + folder.string();
    return ::access(folder.c_str(), W_OK) == 0 ? "" : folder.string() + " cannot be written to by this user";
  }
  asio::io_context context;
  boost::system::error_code fault;
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(x.text, std::to_string(port), tcp::resolver::passive, fault);
  if (fault)
    return "it is not known: " + fault.message();
  for (const auto& entry : found) {
    tcp::acceptor one(context);
    one.open(entry.endpoint().protocol(), fault);
    if (fault)
      continue; // the machine has no such family
    one.set_option(tcp::acceptor::reuse_address(true), fault);
    one.bind(entry.endpoint(), fault);
    if (!fault)
      continue;
    if (fault == asio::error::access_denied)
      return "ports below 1024 are root's: use parley.socket, or AmbientCapabilities=CAP_NET_BIND_SERVICE";
    if (fault == asio::error::address_in_use)
      return "another program has the port (ss -ltnp shows which)";
    return fault.message();
  }
  return {};
}

void examine_places(const config::settings& s, std::vector<finding>& out) {
  constexpr std::string_view topic = "listening";
  if (s.server.port != 0 && !find_unready(own_address(s))) {
    out.push_back({grade::good, topic, "a server answers at " + own_address(s)});
  } else {
    for (const auto& written : s.server.host) {
      const auto host = config::parse_listen_host(written).value(); // `load` took it
      const auto obstacle = find_obstacle(host, s.server.port);
      if (obstacle.empty())
        out.push_back({grade::good, topic, fmt::format("{}, port {}: free", written, s.server.port)});
      else
        out.push_back({grade::mend, topic, fmt::format("{}: {}", written, obstacle)});
    }
  }
  const bool is_seen = !std::ranges::all_of(
    s.server.host, [](const auto& x) { return is_loopback(config::parse_listen_host(x).value()); });
  if (is_seen && s.server.environment == config::environment_name::development)
    out.push_back({grade::mend, topic,
                   "others can reach it, and server.environment is development: set it to production, with an "
                   "auth.secret of 32 bytes"});
  if (is_seen && s.tls.certificate.empty())
    out.push_back({grade::note, topic,
                   "others can reach it without TLS: set tls.certificate and tls.key, or listen on "
                   "127.0.0.1 behind a proxy"});
}

// -- proxies and certificates ------------------------------------------------------------------

void examine_proxies(const config::settings& s, std::vector<finding>& out) {
  constexpr std::string_view topic = "proxies";
  const ip_list trusted(s.http.trusted_proxies);
  const auto anybody = ip_address::parse("203.0.113.7"); // TEST-NET-3 (RFC 5737): nobody's proxy
  const bool behind_tls = s.http.public_url.starts_with("https:") && s.tls.certificate.empty();
  if (anybody && trusted.contains(*anybody))
    out.push_back({grade::mend, topic,
                   "http.trusted_proxies has everybody in it: whoever connects says who the client "
                   "is; name your proxies alone"});
  else if (behind_tls && trusted.empty() && !s.server.proxy_protocol)
    out.push_back({grade::mend, topic,
                   "http.public_url is https, which a proxy must speak, and none is trusted: all "
                   "clients count as one, and share its rate limits; set http.trusted_proxies"});
  else
    out.push_back({grade::good, topic,
                   trusted.empty() ? std::string("none is trusted")
                                   : fmt::format("{} are trusted", s.http.trusted_proxies.size())});
  if (s.http.public_url.empty())
    return;
  const auto why = find_unready(s.http.public_url);
  out.push_back({why ? grade::note : grade::good, topic,
                 why ? s.http.public_url + " is not ready from here: " + *why : s.http.public_url + " answers"});
}

void examine_certificates(const config::settings& s, timestamp now, std::vector<finding>& out) {
  constexpr std::string_view topic = "certificates";
  for (std::size_t i = 0; i < s.tls.certificate.size(); ++i) {
    try {
      const net::tls_context one({{s.tls.certificate[i], s.tls.key[i]}});
      const auto days = std::chrono::floor<std::chrono::days>(one.expires_at() - now).count();
      if (one.expires_at() <= now)
        out.push_back({grade::mend, topic,
                       fmt::format("{} is over since {}: renew it, then SIGHUP", s.tls.certificate[i],
                                   format_time(one.expires_at()))});
      else
        out.push_back({days < soon.count() ? grade::note : grade::good, topic,
                       fmt::format("{} is good for {} days", s.tls.certificate[i], days)});
    } catch (const std::exception& reason) {
      out.push_back({grade::mend, topic, reason.what()});
    }
  }
}

// -- the database ------------------------------------------------------------------------------

void examine_sqlite(storage::foreign_database& from, const fs::path& file, std::vector<finding>& out) {
  constexpr std::string_view topic = "database";
  std::optional<std::string> first; // of up to a hundred faults
  from.read("pragma_quick_check", {"quick_check"}, {}, [&](const storage::row_text& x) {
    if (!first)
      first = x[0].value_or("");
  });
  const bool good = first == "ok";
  out.push_back(
    {good ? grade::good : grade::mend, topic,
     good ? file.string() + " is whole"
          : file.string() + " is damaged: " + first.value_or("") + "; stop the server and take the last backup"});
  std::error_code none;
  auto log = file;
  if (const auto size = fs::file_size(log += "-wal", none); !none && size > long_log)
    out.push_back({grade::note, topic, fmt::format("its log has {} MiB: somebody reads it without end", size >> 20U)});
}

void examine_postgres(storage::foreign_database& from, const config::settings& s, std::vector<finding>& out) {
  constexpr std::string_view topic = "database";
  std::map<std::string, std::string> set;
  from.read("pg_settings", {"name", "setting"}, {},
            [&](const storage::row_text& x) { set.emplace(*x[0], x[1].value_or("")); });
  const bool durable = s.storage.durability == config::durability_mode::full;
  for (const auto* name : {"fsync", "full_page_writes"})
    if (set[name] == "off")
      out.push_back({grade::mend, topic,
                     std::string(name) + " is off in PostgreSQL: a crash may destroy the database; "
                                         "ALTER SYSTEM SET it to on"});
  if (durable && set["synchronous_commit"] == "off")
    out.push_back({grade::mend, topic,
                   "synchronous_commit is off in PostgreSQL, and storage.durability full: a crash "
                   "may lose acknowledged messages"});
  if (const auto most = whole_number<int>(set["max_connections"]).value_or(0);
      most < static_cast<int>(s.storage.readers) + own_connections)
    out.push_back({grade::mend, topic,
                   fmt::format("max_connections is {}; the server and its commands need {}", most,
                               s.storage.readers + own_connections)});
  out.push_back({grade::good, topic, "PostgreSQL " + set["server_version"]});
}

void examine_database(const config::settings& s, std::vector<finding>& out) {
  constexpr std::string_view topic = "database";
  const auto file = config::database_path(s);
  std::error_code unreadable;
  if (file && !fs::exists(*file, unreadable)) {
    out.push_back({grade::good, topic, file->string() + " is not there yet: the first start makes it"});
    return;
  }
  try {
    const auto all = open(s)->migrations();
    const auto missing = std::ranges::count_if(all, [](const auto& x) { return !x.applied_at; });
    if (missing > 0)
      out.push_back(
        {grade::note, topic, fmt::format("{} migrations are missing: the next start brings them", missing)});
    const auto from = storage::open_foreign(config::resolve_database_url(s), storage::file_owner::ours);
    if (file)
      examine_sqlite(*from, *file, out);
    else
      examine_postgres(*from, s, out);
  } catch (const std::exception& reason) {
    out.push_back({grade::mend, topic, reason.what()});
  }
}

std::string_view word(grade x) {
  switch (x) {
  case grade::good:
    return "good";
  case grade::note:
    return "note";
  case grade::mend:
    return "MEND";
  }
  return {};
}

} // namespace

std::vector<finding> examine_settings(const config::settings& s) {
  std::vector<finding> out;
  examine_places(s, out);
  examine_proxies(s, out);
  examine_certificates(s, system_now(), out);
  examine_database(s, out);
  return out;
}

int examine(const config::loaded_settings& loaded) {
  auto all = examine_host(loaded.values);
  std::ranges::move(examine_settings(loaded.values), std::back_inserter(all));
  for (const auto& x : all)
    fmt::print("{}  {:<14} {}\n", word(x.what), x.topic, x.text);
  return std::ranges::any_of(all, [](const auto& x) { return x.what == grade::mend; }) ? 1 : 0;
}

} // namespace parley::app
