#include "load/run.hpp"

#include "load/tokens.hpp"

#include <arpa/inet.h>
#include <iostream>

namespace parley::load {

tl::expected<prepared_run, early_exit> prepare(const common_options& options, std::uint64_t connections) {
  const auto usage = [](std::string text) { return tl::unexpected(early_exit{exit_code::usage, std::move(text)}); };
  auto tokens = read_tokens(options.tokens, connections);
  if (!tokens)
    return usage("--tokens: " + tokens.error());
  if (auto allowed = allow_connections(connections); !allowed)
    return usage(allowed.error());
  if (options.server_pid)
    if (auto there = sample_process(*options.server_pid); !there)
      return usage("--server-pid: " + there.error());
  auto address = resolve(options.url);
  if (!address)
    return tl::unexpected(early_exit{exit_code::failed, address.error()});
  if (options.sources > 1 && ntohl(address->sin_addr.s_addr) >> 24 != IN_LOOPBACKNET)
    return usage("--sources is for a server on loopback");
  return prepared_run{{options.url, *address, options.sources}, std::move(*tokens)};
}

exit_code stop_with(const early_exit& why) {
  std::cerr << "parley-load: " << why.text << std::endl;
  return why.code;
}

exit_code conclude(report& out, bool as_json, const std::string& fault, double busiest_thread) {
  const bool saturated = busiest_thread > saturated_above;
  out.add("client_saturated", saturated);
  if (!fault.empty())
    out.add("fault", fault);
  out.print(std::cout, as_json);
  if (saturated)
    std::cerr << "parley-load: client saturated" << std::endl;
  if (!fault.empty())
    return stop_with({exit_code::failed, fault});
  return saturated ? exit_code::client_limited : exit_code::good;
}

std::optional<proc_sample> server_use::sample() const {
  if (!pid_)
    return std::nullopt;
  auto taken = sample_process(*pid_);
  return taken ? std::optional(std::move(*taken)) : std::nullopt;
}

void server_use::add_to(report& out, std::int64_t wall_ns) const {
  if (!known())
    return;
  const auto percent = [wall_ns](std::int64_t used) {
    return three_decimals(static_cast<double>(used) * 100 / static_cast<double>(wall_ns));
  };
  out.add("server_cpu_percent", percent(cpu_ns()));
  std::vector<std::pair<std::string, double>> threads;
  for (const auto& [name, after] : after_->threads) {
    const auto before = before_->threads.find(name);
    const std::int64_t used = after - (before == before_->threads.end() ? 0 : before->second);
    if (used > 0)
      threads.emplace_back(name, percent(used));
  }
  if (!threads.empty())
    out.add_each("server_thread_cpu_percent", threads);
  out.add("server_rss_bytes", after_->rss_bytes);
}

} // namespace parley::load
