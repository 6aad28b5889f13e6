// Who asks, and what he called us, where a proxy stands between (RFC 7239, and what was there before it).
#pragma once

#include "net/http/message.hpp"
#include "protocol/ip_address.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace parley::net {

/// What proxies that are trusted say of the client. Without them: the peer's address, and nothing else.
struct client_view {
  std::string address; ///< of the client, without the port, an IPv4-mapped one as IPv4
  std::string host;    ///< what it called us, `chat.example.org:8443`; empty if no proxy says
  std::string scheme;  ///< `http` or `https`; empty if no proxy says
};

/// `peer` is the address at the socket's other end; one without an address is on this machine.
///
/// Only a trusted peer is believed. From the right, where the peer itself wrote, each address that a trusted proxy
/// wrote is believed, until one that is no trusted proxy: that is the client. What cannot be read ends the walk, and
/// the last address before it counts. Of the hosts and schemes that such proxies wrote, that nearest to the client
/// counts with `Forwarded`, the last one with `X-Forwarded-Host` and `-Proto`, whose lists nothing ties to those of the
/// addresses.
///
/// A proxy writes one of both kinds and may hand on the other as the client made it up. So where both are there and
/// name different clients neither is believed, and where they agree `Forwarded` counts first.
client_view see_client(const request_head& head, std::string_view peer, const ip_list& trusted);

} // namespace parley::net
