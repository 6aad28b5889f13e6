#include "app/listen_wish.hpp"

#include "app/supervisor.hpp"
#include "config/listen_host.hpp"

#include <cassert>
#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace parley::app {

namespace {

using form = config::listen_host::form;

constexpr int first_passed = 3; // SD_LISTEN_FDS_START
constexpr int passed_max = 1000;

std::vector<int> take_passed() {
  const auto count = number_in_environment("LISTEN_FDS");
  const auto meant_for = number_in_environment("LISTEN_PID");
  for (const auto* name : {"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"})
    ::unsetenv(name); // NOLINT(concurrency-mt-unsafe): before threads that read it
  std::vector<int> out;
  if (!count || *count <= 0 || meant_for != ::getpid())
    return out;
  if (*count > passed_max)
    throw std::runtime_error("LISTEN_FDS: " + std::to_string(*count) + " sockets are too many; at most " +
                             std::to_string(passed_max));
  for (int i = 0; i < static_cast<int>(*count); ++i) {
    out.push_back(first_passed + i);
    ::fcntl(out.back(), F_SETFD, FD_CLOEXEC);
  }
  return out;
}

void add(const std::string& host, std::vector<net::listen_place>& out) {
  const auto parsed = config::parse_listen_host(host);
  assert(parsed); // `load` took it
  switch (parsed->what) {
  case form::unix_path:
    out.push_back({.what = net::listen_place::form::unix_path, .text = parsed->text});
    break;
  case form::localhost:
    for (const auto* address : {"127.0.0.1", "::1"})
      out.push_back({.text = address, .may_be_absent = true});
    break;
  case form::name:
    out.push_back({.text = parsed->text, .may_be_absent = true});
    break;
  case form::address:
    out.push_back({.text = parsed->text});
    break;
  }
}

} // namespace

net::listen_wish listen_wish_of(const config::server_settings& s) {
  net::listen_wish out;
  out.passed = take_passed();
  out.port = s.port;
  constexpr int octal = 8;
  std::from_chars(s.unix_mode.data(), s.unix_mode.data() + s.unix_mode.size(), out.unix_mode, octal);
  for (const auto& host : s.host)
    add(host, out.places);
  return out;
}

} // namespace parley::app
