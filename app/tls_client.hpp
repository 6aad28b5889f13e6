// TLS to a server that is named by its host.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/verify_mode.hpp>
#include <boost/system/error_code.hpp>
#include <openssl/ssl.h>

#include <string>

namespace parley::app {

/// Tells the server by which name it is called; an address is no name (RFC 6066 §3). Before the handshake.
inline void name_server(SSL* session, std::string host) {
  boost::system::error_code no_address;
  boost::asio::ip::make_address(host, no_address);
  if (no_address) // OpenSSL's macro for it is an old-style cast
    SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, host.data());
}

/// The same, and the handshake fails where the certificate is not that of the host, by an authority that the stream's
/// context knows.
template <class Stream>
void expect_server(Stream& secure, const std::string& host) {
  secure.set_verify_mode(boost::asio::ssl::verify_peer);
  secure.set_verify_callback(boost::asio::ssl::host_name_verification(host));
  name_server(secure.native_handle(), host);
}

} // namespace parley::app
