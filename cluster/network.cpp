#include "cluster/network.hpp"

#include "protocol/whole_number.hpp"

#include <caf/io/middleman.hpp>
#include <caf/openssl/manager.hpp>
#include <caf/openssl/publish.hpp>

#include <chrono>
#include <stdexcept>
#include <vector>

namespace parley::cluster {

namespace {

/// A connection on which nothing comes for so long is broken, though its other end may live. An attempt to connect that
/// a look at the clock meets has failed, so that these may not be short; links have a shorter patience of their own.
constexpr std::chrono::milliseconds between_signs{500};
constexpr std::chrono::seconds longest_silence{3};

} // namespace

std::optional<std::pair<std::string, std::uint16_t>> split_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos)
    return std::nullopt;
  const auto port = whole_number<std::uint16_t>(text.substr(colon + 1));
  if (!port)
    return std::nullopt;
  auto host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  return std::pair(std::string(host), *port);
}

void prepare_network(caf::actor_system_config& config, const network_options& options) {
  config.add_message_types<caf::id_block::parley_cluster>();
  config.load<caf::io::middleman>();
  bound_payloads();
  if (options.tls()) {
    keep_tls_errors_apart();
    config.load<caf::openssl::manager>();
    config.openssl_certificate = options.certificate;
    config.openssl_key = options.key;
    config.openssl_cafile = options.ca;
  }
  config.set("middleman.app-identifiers", std::vector<std::string>{"parley-cluster"});
  config.set("middleman.heartbeat-interval", caf::timespan(between_signs));
  config.set("middleman.connection-timeout", caf::timespan(longest_silence));
  config.set("middleman.workers", std::size_t{0});
}

std::string open_door(caf::actor_system& system, const mesh_actor& door, const network_options& options) {
  const auto where = split_address(options.listen);
  if (!where)
    throw std::runtime_error("cluster.listen is no HOST:PORT");
  const auto peers = caf::actor_cast<peer_actor>(door);
  const auto port = options.tls() ? caf::openssl::publish(peers, where->second, where->first.c_str(), true)
                                  : system.middleman().publish(peers, where->second, where->first.c_str(), true);
  if (!port)
    throw std::runtime_error("cannot listen for other nodes on " + options.listen +
                             (options.tls() ? " (are cluster.certificate, .key and .ca PEM files that fit?)" : ""));
  if (!options.advertise.empty())
    return options.advertise;
  const bool is_v6 = where->first.find(':') != std::string::npos;
  return (is_v6 ? '[' + where->first + ']' : where->first) + ':' + std::to_string(*port);
}

} // namespace parley::cluster
