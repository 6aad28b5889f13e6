#include "net/frame_packer.hpp"

#include <utility>
#include <zlib.h>

namespace parley::net {

namespace {

/// By measurement (docs/performance.md): more find hardly more in a frame of some hundred bytes.
constexpr int packing_level = 1;
constexpr int packing_window = -15;
/// With it the hash table, which is cleared for each frame, has 8 KB.
constexpr int packing_memory = 5;

/// What is left out at the end of each message (RFC 7692 §7.2.1).
constexpr std::string_view packed_tail("\x00\x00\xff\xff", 4);

// zlib does not write to its input.
Bytef* zlib_input(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data())); // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

} // namespace

frame_packer::frame_packer(std::size_t min_bytes) : min_bytes_(min_bytes) {}
frame_packer::~frame_packer() = default;

void frame_packer::ending::operator()(z_stream_s* x) const {
  deflateEnd(x);
  delete x; // NOLINT(cppcoreguidelines-owning-memory): this is its owner's end
}

frame_ptr frame_packer::pack(const frame_ptr& plain, peer_window& of) {
  if (!is_worth(*plain))
    return plain;
  auto& here = find_place(plain);
  const bool helps = of.keeps_ != 0 && here.before != nullptr && of.last_ == here.number_before;
  // As nothing is further away than what came in, any window that holds all of it will do.
  const auto reach = plain->payload().size() + (helps ? here.before->payload().size() : 0);
  if (reach > std::size_t{1} << of.bits_)
    return plain;
  auto& made = helps ? here.helped : here.alone;
  if (made == nullptr)
    made = compress(plain, helps ? here.before->payload() : std::string_view());
  if (made != plain)
    of.last_ = here.number;
  return made;
}

frame_ptr frame_packer::pack_alone(const frame_ptr& plain, const frame_ptr& before, peer_window& of) {
  if (!is_worth(*plain))
    return plain;
  const bool helps = of.keeps_ != 0 && before != nullptr && plain->chain() != 0 && before->chain() == plain->chain();
  const auto help = helps ? before->payload() : std::string_view();
  if (plain->payload().size() + help.size() > std::size_t{1} << of.bits_)
    return plain;
  auto made = compress(plain, help);
  if (made != plain)
    of.last_ = 0;
  return made;
}

bool frame_packer::is_worth(const frame& x) const {
  const auto size = x.wire().size();
  return size >= min_bytes_ && size <= frame_bytes_max && !is_control(x.kind());
}

frame_packer::place& frame_packer::find_place(const frame_ptr& plain) {
  const auto chain = plain->wire().size() <= chained_bytes_max ? plain->chain() : 0;
  if (chain != 0 && chains_.empty())
    chains_.resize(chains);
  auto& here = chain != 0 ? chains_[chain % chains] : unchained_;
  if (here.plain == plain)
    return here;
  place next{.plain = plain, .alone = nullptr, .helped = nullptr, .before = nullptr};
  if (chain != 0) {
    next.number = ++last_number_;
    if (here.plain != nullptr && here.plain->chain() == chain) {
      next.before = std::move(here.plain);
      next.number_before = here.number;
    }
  }
  here = std::move(next);
  return here;
}

bool frame_packer::begin() {
  if (stream_ != nullptr)
    return deflateReset(stream_.get()) == Z_OK;
  auto made = std::make_unique<z_stream>();
  if (deflateInit2(made.get(), packing_level, Z_DEFLATED, packing_window, packing_memory, Z_DEFAULT_STRATEGY) != Z_OK)
    return false;
  stream_.reset(made.release());
  return true;
}

frame_ptr frame_packer::compress(const frame_ptr& plain, std::string_view help) {
  if (!begin())
    return plain;
  auto& stream = *stream_;
  if (!help.empty())
    deflateSetDictionary(&stream, zlib_input(help), static_cast<uInt>(help.size()));
  const auto payload = plain->payload();
  // What takes more room is no shorter.
  if (out_.size() < payload.size() + packed_tail.size())
    out_.resize(payload.size() + packed_tail.size());
  stream.next_in = zlib_input(payload);
  stream.avail_in = static_cast<uInt>(payload.size());
  stream.next_out = reinterpret_cast<Bytef*>(out_.data());
  stream.avail_out = static_cast<uInt>(payload.size() + packed_tail.size());
  ++packed_;
  deflate(&stream, Z_SYNC_FLUSH);
  auto made = std::string_view(out_).substr(0, stream.total_out);
  if (stream.avail_out == 0 || !made.ends_with(packed_tail))
    return plain;
  made.remove_suffix(packed_tail.size());
  return make_compressed_frame(plain->kind(), made);
}

} // namespace parley::net
