// Frames that a WebSocket client sends: whatever comes, in whatever pieces, frame_reader reads it as a plain reader of
// whole streams does that knows nothing but RFC 6455 and where RFC 7692 lets a message be compressed.
#include "net/frame_reader.hpp"
#include "protocol/text.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/net/recorded_events.hpp"

#include <array>
#include <utility>

// AddressSanitizer counts what is allocated; of both compilers clang has the header, and builds the fuzzers.
#if __has_include(<sanitizer/allocator_interface.h>) && defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PARLEY_COUNTS_MEMORY
#include <sanitizer/allocator_interface.h>
#endif
#endif

namespace parley {
namespace {

using fuzz::require;
using test::reading;

/// RFC 6455 §5, without pieces, without speed. `unpacks` may be null.
reading read_whole(std::string_view stream, std::size_t limit, bool takes_binary, net::inflater* unpacks) {
  test::recorded_events told;
  reading out;
  std::string message;
  bool in_message = false;
  bool binary = false;
  bool packed = false;
  const auto fail = [&](close_code why) {
    out.events = std::move(told.all);
    out.fault = why;
    return out;
  };
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(stream[i]); };
  while (!stream.empty()) {
    const bool fin = (at(0) & 0x80) != 0;
    const unsigned op = at(0) & 0x0f;
    const bool may_pack = unpacks != nullptr && (op == 1 || op == 2);
    if ((at(0) & (may_pack ? 0x30U : 0x70U)) != 0)
      return fail(close_code::protocol_violation);
    if (stream.size() < 2)
      break;
    const unsigned seven = at(1) & 0x7f;
    const bool control = op >= 8;
    if ((at(1) & 0x80) == 0 || (control && (!fin || seven > 125)))
      return fail(close_code::protocol_violation);
    const std::size_t more = seven == 126 ? 2 : seven == 127 ? 8 : 0;
    if (stream.size() < 2 + more + 4)
      break;
    std::uint64_t length = seven;
    if (more > 0) {
      length = 0;
      for (std::size_t i = 0; i < more; ++i)
        length = length * 256 + at(2 + i);
      if (length < 126 || (more == 8 && length < 65'536) || length > (~std::uint64_t{0} >> 1))
        return fail(close_code::protocol_violation);
    }
    if (op != 0 && op != 1 && op != 2 && op != 8 && op != 9 && op != 10)
      return fail(close_code::protocol_violation);
    if (!control && (op == 0) != in_message)
      return fail(close_code::protocol_violation);
    if (op == 2 && !takes_binary)
      return fail(close_code::unsupported_data);
    if (!control && op != 0)
      packed = (at(0) & 0x40) != 0;
    if (!control && length > (packed ? limit + limit / 16 + 16 : limit) - message.size())
      return fail(close_code::too_big);
    if (stream.size() - 6 - more < length)
      break;
    std::string payload(stream.substr(6 + more, length));
    for (std::size_t i = 0; i < payload.size(); ++i)
      payload[i] = static_cast<char>(payload[i] ^ stream[2 + more + i % 4]);
    stream.remove_prefix(6 + more + payload.size());
    if (op == 9) {
      told.on_ping(payload);
    } else if (op == 10) {
      told.on_pong();
    } else if (op == 8) {
      if (payload.size() == 1)
        return fail(close_code::protocol_violation);
      std::optional<std::uint16_t> code;
      if (!payload.empty())
        code = static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) * 256U +
                                          static_cast<unsigned char>(payload[1]));
      const bool reserved = code && (*code < 1000 || *code == 1004 || *code == 1005 || *code == 1006 ||
                                     (*code > 1014 && *code < 3000) || *code > 4999);
      if (reserved)
        return fail(close_code::protocol_violation);
      if (code && !is_utf8(std::string_view(payload).substr(2)))
        return fail(close_code::invalid_utf8);
      told.on_close(code);
      break;
    } else {
      if (op != 0)
        binary = op == 2;
      message += payload;
      in_message = !fin;
      // A character that is not complete yet is no fault before the message ends; one that is wrong already is.
      utf8_checker checker;
      if (packed && fin) {
        const auto plain = unpacks->inflate(message, limit);
        if (!plain)
          return fail(plain.error());
        message = *plain;
      }
      if (!binary && (!packed || fin) && (!checker.feed(message) || (fin && !checker.complete())))
        return fail(close_code::invalid_utf8);
      if (fin)
        told.on_message(std::exchange(message, {}), binary);
    }
  }
  out.events = std::move(told.all);
  return out;
}

/// Keeps nothing, so that what is allocated is the reader's.
class bounds_listener final : public net::frame_listener {
public:
  explicit bounds_listener(std::size_t limit) : limit_(limit) {}
  void on_message(std::string_view payload, bool) override {
    require(payload.size() <= limit_, "no message is longer than the limit");
  }
  void on_ping(std::string_view payload) override { require(payload.size() <= 125, "a ping has 125 bytes at most"); }
  void on_pong() override {}
  void on_close(std::optional<std::uint16_t> code) override {
    require(!code || net::is_sendable_close_code(*code), "a close code that is told is one that may be sent");
  }

private:
  std::size_t limit_;
};

std::size_t allocated() {
#ifdef PARLEY_COUNTS_MEMORY
  return __sanitizer_get_current_allocated_bytes();
#else
  return 0;
#endif
}

/// `unpacks` has been used before, for what the reader is given here.
void check_memory(std::vector<std::string>& pieces, std::size_t limit, bool takes_binary, net::inflater* unpacks) {
  net::frame_reader reader(limit, takes_binary);
  bounds_listener told(limit);
  const auto before = allocated();
  bool open = true;
  for (auto& piece : pieces) {
    const auto fault = reader.feed(piece.data(), piece.size(), told, unpacks);
    require(open || !fault, "a fault is told once");
    open = open && !fault;
    // A message so far and a frame so far, each in a string that grows by doubling, with a whole head and one piece.
    const auto held = allocated() - before;
    require(held <= 2 * (2 * (limit + limit / 16 + 16) + 14 + 125 + piece.size()) + 256,
            "no more is held than the limit");
    require(open || held == 0, "nothing is held behind a fault");
  }
}

} // namespace
} // namespace parley

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace parley;
  using fuzz::require;
  fuzz::input in(data, size);
  const auto kind = in.byte();
  const bool takes_binary = (kind & 1) != 0;
  net::inflater inflates;
  auto* const unpacks = (kind & 2) != 0 ? &inflates : nullptr;
  constexpr std::array<std::size_t, 8> limits{0, 1, 125, 126, 200, 1000, 65'536, 70'000};
  const auto limit = limits[in.byte() % limits.size()];
  const auto seed = in.byte();

  const auto expected = read_whole(in.rest(), limit, takes_binary, unpacks);
  for (const std::uint32_t how : {0U, 1U, 2U + seed}) {
    if (how == 1 && in.rest().size() > 2000)
      continue;
    net::frame_reader reader(limit, takes_binary);
    require(test::read_pieces(reader, fuzz::cut(in.rest(), how), unpacks) == expected, "any pieces mean the same");
  }
  if (expected.fault) {
    const auto code = static_cast<int>(*expected.fault);
    require(code == 1002 || code == 1003 || code == 1007 || code == 1009, "a fault has one of four codes");
  }
  auto pieces = fuzz::cut(in.rest(), 2U + seed);
  check_memory(pieces, limit, takes_binary, unpacks);
  return 0;
}
