#include "net/frame_reader.hpp"

#include <cstring>
#include <utility>

namespace parley::net {

namespace {

constexpr unsigned rsv1 = 0x40;

/// What a compressed message may have where it may have `limit` bytes without: what cannot be compressed becomes
/// longer, by five bytes for each block of at least 127 (RFC 1951 §3.2.4, zlib's smallest).
constexpr std::size_t packed_limit(std::size_t limit) {
  return limit + limit / 16 + 16;
}

} // namespace

void unmask(char* bytes, std::size_t size, const unsigned char key[4]) {
  std::uint32_t word = 0;
  std::memcpy(&word, key, 4);
  auto wide = (static_cast<std::uint64_t>(word) << 32) | word;
  std::size_t at = 0;
  for (; at + 8 <= size; at += 8) {
    std::uint64_t chunk = 0;
    std::memcpy(&chunk, bytes + at, 8);
    chunk ^= wide;
    std::memcpy(bytes + at, &chunk, 8);
  }
  for (; at < size; ++at)
    bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(key[at & 3]));
}

bool is_sendable_close_code(std::uint16_t code) {
  if (code >= 3000 && code <= 4999)
    return true;
  return code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
}

std::optional<close_code> frame_reader::feed(char* bytes, std::size_t size, frame_listener& to, inflater* unpacks) {
  if (done_)
    return std::nullopt;
  const company with{to, unpacks};
  std::size_t used = 0;
  std::optional<close_code> fault;
  if (part_ == nullptr || part_->pending.empty()) {
    fault = read(bytes, size, used, with);
    if (!fault && !done_ && used < size)
      part().pending.assign(bytes + used, size - used);
  } else {
    auto& pending = part_->pending; // `read` leaves the part where it is
    pending.append(bytes, size);
    fault = read(pending.data(), pending.size(), used, with);
    pending.erase(0, used);
  }
  done_ = done_ || fault;
  if (done_ || (part_ != nullptr && part_->pending.empty() && !in_message_))
    part_.reset(); // gives the memory back
  return fault;
}

frame_reader::unfinished& frame_reader::part() {
  if (part_ == nullptr)
    part_ = std::make_unique<unfinished>();
  return *part_;
}

std::optional<close_code> frame_reader::read(char* bytes, std::size_t size, std::size_t& used, const company& with) {
  while (used < size && !done_) {
    header h;
    auto* at = bytes + used;
    auto left = size - used;
    switch (read_header(reinterpret_cast<const unsigned char*>(at), left, with.unpacks != nullptr, h)) {
    case parse::more:
      return std::nullopt;
    case parse::fault:
      return close_code::protocol_violation;
    case parse::whole:
      break;
    }
    if (auto fault = check(h))
      return fault;
    if (left - h.size < h.payload)
      return std::nullopt;
    auto payload = static_cast<std::size_t>(h.payload);
    unmask(at + h.size, payload, h.mask);
    used += h.size + payload;
    if (auto fault = take(h, {at + h.size, payload}, with))
      return fault;
  }
  return std::nullopt;
}

frame_reader::parse frame_reader::read_header(const unsigned char* bytes, std::size_t size, bool unpacks, header& out) {
  // What the first two bytes already prove wrong is not waited for.
  out.fin = (bytes[0] & 0x80) != 0;
  out.packed = (bytes[0] & rsv1) != 0;
  out.op = static_cast<opcode>(bytes[0] & 0x0F);
  // Only a message's first frame says that it is compressed (RFC 7692 §6).
  const bool may_be_packed = unpacks && (out.op == opcode::text || out.op == opcode::binary);
  if ((bytes[0] & 0x30) != 0 || (out.packed && !may_be_packed))
    return parse::fault;
  if (size < 2)
    return parse::more;
  if ((bytes[1] & 0x80) == 0)
    return parse::fault;
  std::uint64_t length = bytes[1] & 0x7F;
  std::size_t extended = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (is_control(out.op) && (extended > 0 || !out.fin))
    return parse::fault;
  out.size = 2 + extended + 4;
  if (size < out.size)
    return parse::more;
  if (extended > 0) {
    length = 0;
    for (std::size_t i = 0; i < extended; ++i)
      length = (length << 8) | bytes[2 + i];
    if (length < (extended == 2 ? 126U : 65'536U) || (length >> 63) != 0)
      return parse::fault;
  }
  out.payload = length;
  std::memcpy(out.mask, bytes + 2 + extended, 4);
  return parse::whole;
}

std::optional<close_code> frame_reader::check(const header& h) {
  switch (h.op) {
  case opcode::close:
  case opcode::ping:
  case opcode::pong:
    return std::nullopt;
  case opcode::continuation:
    if (!in_message_)
      return close_code::protocol_violation;
    break;
  case opcode::text:
  case opcode::binary:
    if (in_message_)
      return close_code::protocol_violation;
    if (h.op == opcode::binary && !takes_binary_)
      return close_code::unsupported_data;
    break;
  default:
    return close_code::protocol_violation;
  }
  const bool packed = h.op == opcode::continuation ? packed_ : h.packed;
  if (h.payload > (packed ? packed_limit(limit_) : limit_) - message_size())
    return close_code::too_big;
  return std::nullopt;
}

std::optional<close_code> frame_reader::take(const header& h, std::string_view payload, const company& with) {
  switch (h.op) {
  case opcode::close:
    return take_close(payload, with.to);
  case opcode::ping:
    with.to.on_ping(payload);
    return std::nullopt;
  case opcode::pong:
    with.to.on_pong();
    return std::nullopt;
  default:
    break;
  }
  if (h.op != opcode::continuation) {
    binary_ = h.op == opcode::binary;
    packed_ = h.packed;
  }
  if (!binary_ && !packed_ && (!utf8_.feed(payload) || (h.fin && !utf8_.complete())))
    return close_code::invalid_utf8;
  std::optional<close_code> fault;
  if (h.fin && !in_message_) {
    fault = finish(payload, with);
  } else {
    in_message_ = true;
    auto& message = part().message;
    message.append(payload);
    if (h.fin) {
      const auto whole = std::exchange(message, {});
      in_message_ = false;
      fault = finish(whole, with);
    }
  }
  if (h.fin)
    utf8_.reset();
  return fault;
}

std::optional<close_code> frame_reader::finish(std::string_view message, const company& with) const {
  if (packed_) {
    const auto plain = with.unpacks->inflate(message, limit_);
    if (!plain)
      return plain.error();
    if (!binary_ && !is_utf8(*plain))
      return close_code::invalid_utf8;
    message = *plain;
  }
  with.to.on_message(message, binary_);
  return std::nullopt;
}

std::optional<close_code> frame_reader::take_close(std::string_view payload, frame_listener& to) {
  std::optional<std::uint16_t> code;
  if (payload.size() == 1)
    return close_code::protocol_violation;
  if (payload.size() >= 2) {
    code = static_cast<std::uint16_t>((static_cast<unsigned char>(payload[0]) << 8) |
                                      static_cast<unsigned char>(payload[1]));
    if (!is_sendable_close_code(*code))
      return close_code::protocol_violation;
    if (!is_utf8(payload.substr(2)))
      return close_code::invalid_utf8;
  }
  done_ = true;
  to.on_close(code);
  return std::nullopt;
}

} // namespace parley::net
