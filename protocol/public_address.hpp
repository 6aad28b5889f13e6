// Which addresses are on the open Internet, and which are somebody's own.
#pragma once

#include "protocol/ip_address.hpp"

namespace parley {

/// False for addresses that the registries of special purposes (IANA, RFC 6890) do not give to everybody: this machine
/// and network, private and link-local ones (those of clouds' metadata among them), carriers' own, documentation,
/// multicast, reserved; and those of IPv6 that carry one of IPv4 to a translator or tunnel, which may be any of these.
bool is_public(const ip_address& x);

} // namespace parley
