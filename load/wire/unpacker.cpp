#include "load/wire/unpacker.hpp"

#include "load/wire/frame.hpp"

#include <algorithm>
#include <new>
#include <zlib.h>

namespace parley::load {

namespace {

constexpr int raw_window_bits = -15;
constexpr std::string_view message_tail("\x00\x00\xff\xff", 4); ///< left out by the sender (RFC 7692 §7.2.1)
constexpr std::size_t first_bytes = 1024;

} // namespace

void unpacker::ending::operator()(z_stream_s* x) const {
  inflateEnd(x);
  delete x; // NOLINT(cppcoreguidelines-owning-memory): this is its owner's end
}

unpacker::unpacker() {
  auto made = std::make_unique<z_stream>();
  if (inflateInit2(made.get(), raw_window_bits) != Z_OK)
    throw std::bad_alloc();
  stream_.reset(made.release());
}

unpacker::~unpacker() = default;

std::optional<std::string_view> unpacker::unpack(std::string_view packed) {
  std::size_t written = 0;
  for (const auto piece : {packed, message_tail}) {
    // zlib does not write to its input.
    stream_->next_in =
      reinterpret_cast<Bytef*>(const_cast<char*>(piece.data())); // NOLINT(cppcoreguidelines-pro-type-const-cast)
    stream_->avail_in = static_cast<uInt>(piece.size());
    do {
      if (written == plain_.size())
        plain_.resize(std::max(first_bytes, 2 * written));
      const auto room = plain_.size() - written;
      stream_->next_out = reinterpret_cast<Bytef*>(plain_.data() + written);
      stream_->avail_out = static_cast<uInt>(room);
      const int how = inflate(stream_.get(), Z_SYNC_FLUSH);
      written += room - stream_->avail_out;
      if ((how != Z_OK && how != Z_BUF_ERROR) || written > max_frame)
        return std::nullopt;
    } while (stream_->avail_in > 0 || stream_->avail_out == 0);
  }
  return std::string_view(plain_).substr(0, written);
}

} // namespace parley::load
