// The client's side of compression (RFC 7692), by zlib alone.
#pragma once

#include "actors/frame.hpp"
#include "net/deflate_terms.hpp"
#include "tests/net/client_frame.hpp"

#include <string>
#include <string_view>
#include <vector>

struct z_stream_s;

namespace parley::test {

/// One message as a client compresses it, at zlib's `level`.
std::string deflated(std::string_view text, int level = 6);

/// The frame around bytes that are compressed, or said to be.
std::string packed_frame(opcode op, std::string_view packed, bool fin = true);

/// Reads what one client is sent. Throws std::runtime_error on what no client could read.
class deflate_peer {
public:
  explicit deflate_peer(const net::deflate_terms& agreed);
  deflate_peer(const deflate_peer&) = delete;
  deflate_peer& operator=(const deflate_peer&) = delete;
  ~deflate_peer();

  /// What a frame says.
  std::string read(const frame& x);
  /// The same for the bytes of many whole ones.
  std::vector<std::string> read_all(std::string_view wire);

private:
  std::string inflate(std::string_view packed);

  net::deflate_terms agreed_;
  z_stream_s* stream_ = nullptr;
};

} // namespace parley::test
