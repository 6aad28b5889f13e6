#include "net/inflater.hpp"

#include <algorithm>
#include <zlib.h>

namespace parley::net {

namespace {

/// What a sender leaves out at the end of each message (RFC 7692 §7.2.1).
constexpr std::string_view message_tail("\x00\x00\xff\xff", 4);

/// Without zlib's own head and check; the widest window reads what was made with any.
constexpr int unpacking_window = -15;

constexpr std::size_t first_room = 4096;
constexpr std::size_t kept_room = 65'536; ///< room that is kept for the next message

} // namespace

inflater::inflater() = default;
inflater::~inflater() = default;

void inflater::ending::operator()(z_stream_s* x) const {
  inflateEnd(x);
  delete x; // NOLINT(cppcoreguidelines-owning-memory): this is its owner's end
}

bool inflater::begin() {
  written_ = 0;
  whole_ = false;
  if (plain_.size() > kept_room)
    plain_ = {};
  if (stream_ != nullptr)
    return inflateReset(stream_.get()) == Z_OK;
  auto made = std::make_unique<z_stream>();
  if (inflateInit2(made.get(), unpacking_window) != Z_OK)
    return false;
  stream_.reset(made.release());
  return true;
}

tl::expected<std::string_view, close_code> inflater::inflate(std::string_view packed, std::size_t limit) {
  if (!begin())
    return tl::unexpected(close_code::server_failed);
  for (const auto piece : {packed, message_tail})
    if (const auto taken = take(piece, limit); !taken)
      return tl::unexpected(taken.error());
  if (written_ > limit)
    return tl::unexpected(close_code::too_big);
  if (!whole_)
    return tl::unexpected(close_code::invalid_utf8);
  return std::string_view(plain_).substr(0, written_);
}

tl::expected<void, close_code> inflater::take(std::string_view piece, std::size_t limit) {
  auto& stream = *stream_;
  // zlib does not write to its input.
  stream.next_in =
    reinterpret_cast<Bytef*>(const_cast<char*>(piece.data())); // NOLINT(cppcoreguidelines-pro-type-const-cast)
  stream.avail_in = static_cast<uInt>(piece.size());
  while (stream.avail_in > 0 || !whole_) {
    if (written_ > limit)
      return tl::unexpected(close_code::too_big);
    if (written_ == plain_.size())
      plain_.resize(std::min(limit + 1, std::max(first_room, 2 * plain_.size())));
    const auto room = plain_.size() - written_;
    stream.next_out = reinterpret_cast<Bytef*>(plain_.data() + written_);
    stream.avail_out = static_cast<uInt>(room);
    const int how = ::inflate(&stream, Z_SYNC_FLUSH);
    const auto made = room - stream.avail_out;
    written_ += made;
    if (how == Z_STREAM_END) {
      // A last block may be followed by others (RFC 7692 §7.2.3.4).
      inflateReset(&stream);
      whole_ = false;
      if (stream.avail_in == 0)
        break;
    } else if (how == Z_OK || how == Z_BUF_ERROR) {
      constexpr int between_blocks = 128; // and no bits of the last byte left (zlib.h)
      whole_ = (stream.data_type & 0xFF) == between_blocks;
      if (stream.avail_in == 0 && stream.avail_out > 0)
        break;
    } else {
      return tl::unexpected(how == Z_MEM_ERROR ? close_code::server_failed : close_code::invalid_utf8);
    }
  }
  return {};
}

} // namespace parley::net
