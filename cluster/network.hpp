// How CAF's network is set up where several nodes serve together.
#pragma once

#include "cluster/interfaces.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace parley::cluster {

struct network_options {
  std::string listen;      ///< `host:port`, an IPv6 address in brackets; port 0 is any free one
  std::string advertise;   ///< what others are told; empty = where it listens
  std::string certificate; ///< PEM files, all three or none
  std::string key;
  std::string ca;

  bool tls() const { return !certificate.empty(); }
};

/// Host without brackets and port.
std::optional<std::pair<std::string, std::uint16_t>> split_address(std::string_view text);

/// Before the actor system is made: loads the network and names the messages that cross it.
void prepare_network(caf::actor_system_config& config, const network_options& options);

/// Listens; the address that others are told. Throws std::runtime_error: one line.
std::string open_door(caf::actor_system& system, const mesh_actor& door, const network_options& options);

/// Keeps CAF from making room for more than a batch may be (payload_bound.cpp). Any thread.
void bound_payloads();

/// Lets the end of one TLS connection leave the others alone (tls_queue.cpp). Any thread.
void keep_tls_errors_apart();

} // namespace parley::cluster
