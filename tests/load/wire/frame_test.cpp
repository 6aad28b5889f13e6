#include "load/wire/frame.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley::load {
namespace {

/// As a server writes it: not masked.
std::string server_frame(opcode op, const std::string& payload, bool fin = true) {
  std::string out(1, static_cast<char>((fin ? 0x80 : 0) | static_cast<int>(op)));
  int size_bytes = 0;
  if (payload.size() < 126) {
    out.push_back(static_cast<char>(payload.size()));
  } else {
    size_bytes = payload.size() <= 0xFFFF ? 2 : 8;
    out.push_back(static_cast<char>(size_bytes == 2 ? 126 : 127));
  }
  for (int i = size_bytes - 1; i >= 0; --i)
    out.push_back(static_cast<char>(payload.size() >> (8 * i)));
  return out + payload;
}

parse_result parse_one(const std::string& bytes) {
  const char* cursor = bytes.data();
  frame out;
  return parse_frame(cursor, cursor + bytes.size(), out);
}

RC_GTEST_PROP(frame_parser, finds_the_same_frames_however_the_bytes_are_cut, ()) {
  const auto size = rc::gen::oneOf(rc::gen::inRange<std::size_t>(0, 300), rc::gen::element<std::size_t>(125, 126, 127),
                                   rc::gen::element<std::size_t>(65'535, 65'536));
  const auto sizes = *rc::gen::resize(6, rc::gen::container<std::vector<std::size_t>>(size));
  std::string stream;
  std::vector<std::string> wanted;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    wanted.emplace_back(sizes[i], static_cast<char>('a' + i % 26));
    stream += server_frame(opcode::text, wanted.back());
  }
  std::vector<std::string> found;
  std::string held;
  for (std::size_t at = 0; at < stream.size();) {
    const std::size_t cut = *rc::gen::inRange<std::size_t>(1, 40'000);
    held += stream.substr(at, cut);
    at += cut;
    const char* cursor = held.data();
    frame out;
    parse_result result = parse_result::frame;
    while ((result = parse_frame(cursor, held.data() + held.size(), out)) == parse_result::frame)
      found.emplace_back(out.payload);
    RC_ASSERT(result == parse_result::incomplete);
    held.erase(0, static_cast<std::size_t>(cursor - held.data()));
  }
  RC_ASSERT(found == wanted);
  RC_ASSERT(held.empty());
}

TEST(frame_parser, every_proper_prefix_is_incomplete_and_leaves_the_cursor) {
  for (const std::size_t size : {std::size_t{3}, std::size_t{200}, std::size_t{65'536}}) {
    const std::string whole = server_frame(opcode::text, std::string(size, 'x'));
    for (std::size_t have = 0; have < std::min<std::size_t>(whole.size(), 300); ++have) {
      const char* cursor = whole.data();
      frame out;
      ASSERT_EQ(parse_frame(cursor, whole.data() + have, out), parse_result::incomplete) << size << " at " << have;
      ASSERT_EQ(cursor, whole.data());
    }
  }
}

TEST(frame_parser, tells_opcode_and_end) {
  const std::string bytes = server_frame(opcode::text, "ab", false) + server_frame(opcode::continuation, "c") +
                            server_frame(opcode::ping, "p") + server_frame(opcode::close, "\x03\xE8");
  const char* cursor = bytes.data();
  const char* const end = cursor + bytes.size();
  frame out;
  ASSERT_EQ(parse_frame(cursor, end, out), parse_result::frame);
  EXPECT_EQ(out.op, opcode::text);
  EXPECT_FALSE(out.fin);
  ASSERT_EQ(parse_frame(cursor, end, out), parse_result::frame);
  EXPECT_EQ(out.op, opcode::continuation);
  EXPECT_TRUE(out.fin);
  ASSERT_EQ(parse_frame(cursor, end, out), parse_result::frame);
  EXPECT_EQ(out.op, opcode::ping);
  EXPECT_EQ(out.payload, "p");
  ASSERT_EQ(parse_frame(cursor, end, out), parse_result::frame);
  EXPECT_EQ(out.op, opcode::close);
  EXPECT_EQ(cursor, end);
}

TEST(frame_parser, refuses_what_a_server_must_not_send) {
  EXPECT_EQ(parse_one("\x81\x81mask"), parse_result::bad) << "masked";
  EXPECT_EQ(parse_one("\xC1\x01x"), parse_result::bad) << "a reserved bit";
  EXPECT_EQ(parse_one("\x83\x01x"), parse_result::bad) << "a reserved opcode";
  EXPECT_EQ(parse_one("\x8B\x01x"), parse_result::bad) << "a reserved control opcode";
  EXPECT_EQ(parse_one(server_frame(opcode::ping, std::string(126, 'x'))), parse_result::bad) << "a long ping";
  EXPECT_EQ(parse_one(server_frame(opcode::ping, "x", false)), parse_result::bad) << "a cut ping";
  EXPECT_EQ(parse_one(std::string("\x81\x7F\0\0\0\0\x7F\xFF\xFF\xFF", 10)), parse_result::bad) << "2 GiB";
}

RC_GTEST_PROP(frame_writer, a_masked_frame_unmasks_to_its_payload, (std::uint32_t mask)) {
  const std::size_t size = *rc::gen::element<std::size_t>(0, 1, 7, 8, 9, 125, 126, 1000, 65'535, 65'536);
  std::string payload(size, '\0');
  for (std::size_t i = 0; i < size; ++i)
    payload[i] = static_cast<char>('a' + i % 26);
  std::string out = "kept";
  append_frame(out, opcode::text, payload, mask);
  const std::string plain = server_frame(opcode::text, payload);
  const std::size_t head = plain.size() - size;
  RC_ASSERT(out.size() == 4 + plain.size() + 4);
  RC_ASSERT(out.substr(0, 5) == "kept\x81");
  RC_ASSERT(static_cast<std::uint8_t>(out[5]) == (0x80 | static_cast<std::uint8_t>(plain[1])));
  const std::size_t key = 4 + head;
  std::string unmasked = out.substr(key + 4);
  for (std::size_t i = 0; i < size; ++i)
    unmasked[i] = static_cast<char>(unmasked[i] ^ out[key + i % 4]);
  RC_ASSERT(unmasked == payload);
}

} // namespace
} // namespace parley::load
