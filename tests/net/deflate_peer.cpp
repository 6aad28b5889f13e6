#include "tests/net/deflate_peer.hpp"

#include <caf/make_counted.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <zlib.h>

namespace parley::test {

namespace {

constexpr std::string_view tail("\x00\x00\xff\xff", 4);

Bytef* bytes_of(const std::string& text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); // NOLINT: zlib does not write to its input
}

} // namespace

std::string deflated(std::string_view text, int level) {
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("no memory");
  std::string in(text);
  std::string out(in.size() + in.size() / 8 + 64, '\0');
  stream.next_in = bytes_of(in);
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = bytes_of(out);
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_SYNC_FLUSH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  if (!out.ends_with(tail))
    throw std::runtime_error("not flushed");
  out.resize(out.size() - tail.size());
  return out;
}

std::string packed_frame(opcode op, std::string_view packed, bool fin) {
  auto out = client_frame(op, packed, fin);
  out[0] = static_cast<char>(static_cast<unsigned char>(out[0]) | 0x40U);
  return out;
}

deflate_peer::deflate_peer(const net::deflate_terms& agreed) : agreed_(agreed) {
  if (agreed.window_bits == 0)
    return;
  stream_ = new z_stream{}; // NOLINT(cppcoreguidelines-owning-memory)
  // A window no wider than what was agreed on, so that what refers further back cannot be read.
  if (inflateInit2(stream_, -std::max(8, int{agreed.window_bits})) != Z_OK)
    throw std::runtime_error("no memory");
}

deflate_peer::~deflate_peer() {
  if (stream_ != nullptr)
    inflateEnd(stream_);
  delete stream_; // NOLINT(cppcoreguidelines-owning-memory)
}

std::string deflate_peer::read(const frame& x) {
  const bool packed = (static_cast<unsigned char>(x.wire()[0]) & 0x40U) != 0;
  if (packed && (stream_ == nullptr || is_control(x.kind())))
    throw std::runtime_error("compressed, and nobody asked for it");
  return packed ? inflate(x.payload()) : std::string(x.payload());
}

std::vector<std::string> deflate_peer::read_all(std::string_view wire) {
  std::vector<std::string> out;
  while (!wire.empty()) {
    const auto byte = [wire](std::size_t i) {
      return static_cast<std::size_t>(static_cast<unsigned char>(wire.at(i)));
    };
    std::size_t size = byte(1);
    const std::size_t more = size == 126 ? 2 : size == 127 ? 8 : 0;
    if (more > 0)
      size = 0;
    for (std::size_t i = 0; i < more; ++i)
      size = size << 8 | byte(2 + i);
    size += 2 + more;
    if (size > wire.size())
      throw std::runtime_error("cut off");
    out.push_back(read(*caf::make_counted<frame>(std::string(wire.substr(0, size)))));
    wire.remove_prefix(size);
  }
  return out;
}

std::string deflate_peer::inflate(std::string_view packed) {
  if (!agreed_.keeps_context)
    inflateReset(stream_);
  const auto in = std::string(packed).append(tail);
  stream_->next_in = bytes_of(in);
  stream_->avail_in = static_cast<uInt>(in.size());
  std::string out;
  std::array<char, 4096> piece{};
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(piece.data()); // NOLINT: zlib's byte type
    stream_->avail_out = static_cast<uInt>(piece.size());
    const int how = ::inflate(stream_, Z_SYNC_FLUSH);
    if (how != Z_OK && how != Z_BUF_ERROR)
      throw std::runtime_error("no deflate data");
    out.append(piece.data(), piece.size() - stream_->avail_out);
  } while (stream_->avail_in > 0 || stream_->avail_out == 0);
  return out;
}

} // namespace parley::test
