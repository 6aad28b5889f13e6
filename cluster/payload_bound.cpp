// A header of CAF's protocol says how many bytes follow, up to 4 GiB, and CAF 0.17 makes room for all of them before
// the first has come, from whoever it is. This definition is found before CAF's own, by CAF too.
#include "cluster/network.hpp"
#include "cluster/peer_items.hpp"

#include <caf/io/abstract_broker.hpp>
#include <caf/io/scribe.hpp>

#include <algorithm>

namespace parley::cluster {

namespace {

/// What a batch, its handles and the message around it take at most.
constexpr std::size_t payload_bytes_max = item_bytes_max + batch_bytes + (std::size_t{64} << 10);

} // namespace

void bound_payloads() {
  // Linking it is enough.
}

} // namespace parley::cluster

namespace caf::io {

/// A payload that is too long is read no further than its first byte. CAF then finds that it is not what its header
/// says, and closes the connection.
void abstract_broker::configure_read(connection_handle hdl, receive_policy::config cfg) {
  if (cfg.first == receive_policy_flag::exactly && cfg.second > parley::cluster::payload_bytes_max)
    cfg.second = 1;
  if (auto connection = by_id(hdl))
    connection->configure_read(cfg);
}

} // namespace caf::io
