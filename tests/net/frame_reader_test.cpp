#include "net/frame_reader.hpp"
#include "tests/net/client_frame.hpp"
#include "tests/net/recorded_events.hpp"
#include "tests/protocol/generators.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace parley::net {
namespace {

using test::client_frame;
using test::client_head;
using test::close_payload;
using test::reading;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t limit = 70'000; // above 65535: every length form is within it

reading read_pieces(const std::vector<std::string>& pieces, bool takes_binary = false) {
  frame_reader reader(limit, takes_binary);
  return test::read_pieces(reader, pieces);
}

reading read_whole(const std::string& bytes, bool takes_binary = false) {
  return read_pieces({bytes}, takes_binary);
}

// -- what properties draw -----------------------------------------------------------------

rc::Gen<std::string> bytes_up_to(std::size_t most) {
  return rc::gen::mapcat(rc::gen::inRange<std::size_t>(0, most + 1), [](std::size_t size) {
    return rc::gen::container<std::string>(size, rc::gen::arbitrary<char>());
  });
}

test::mask_key any_key() {
  test::mask_key key{};
  for (auto& x : key)
    x = *rc::gen::arbitrary<unsigned char>();
  return key;
}

/// Cuts `bytes` at drawn places.
std::vector<std::string> cut(const std::string& bytes) {
  auto places = *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, bytes.size() + 1));
  std::sort(places.begin(), places.end());
  places.push_back(bytes.size());
  std::vector<std::string> out;
  std::size_t from = 0;
  for (auto to : places) {
    out.push_back(bytes.substr(from, to - from));
    from = to;
  }
  return out;
}

/// A valid stream with what it says.
struct conversation {
  std::string wire;
  std::vector<std::string> events;

  void control() {
    if (*rc::gen::arbitrary<bool>()) {
      const auto payload = *bytes_up_to(125);
      wire += client_frame(opcode::ping, payload, true, any_key());
      events.push_back("ping " + payload);
    } else {
      wire += client_frame(opcode::pong, *bytes_up_to(125), true, any_key());
      events.emplace_back("pong");
    }
  }

  /// A message in one to four fragments, cut anywhere (within characters too), control frames between them.
  void message() {
    auto payload = *test::utf8_text();
    // Now and then one long enough for the longer length forms.
    payload.append(*rc::gen::element<std::size_t>(0, 0, 0, 126, 300), 'x');
    std::size_t from = 0;
    const auto fragments = *rc::gen::inRange(1, 5);
    for (int i = 0; i < fragments; ++i) {
      const bool last = i + 1 == fragments;
      const auto to = last ? payload.size() : *rc::gen::inRange(from, payload.size() + 1);
      wire +=
        client_frame(i == 0 ? opcode::text : opcode::continuation, payload.substr(from, to - from), last, any_key());
      from = to;
      if (!last && *rc::gen::arbitrary<bool>())
        control();
    }
    events.push_back("text " + payload);
  }

  void close() {
    const auto code = *rc::gen::element<unsigned>(1000, 1001, 1011, 3000, 4999);
    wire += client_frame(opcode::close, close_payload(code, "bye"), true, any_key());
    events.push_back("close " + std::to_string(code));
  }
};

// -- valid streams --------------------------------------------------------------------------

RC_GTEST_PROP(frame_reader, reads_the_same_however_the_stream_is_cut, ()) {
  conversation said;
  const auto steps = *rc::gen::inRange(0, 8);
  for (int i = 0; i < steps; ++i) {
    if (*rc::gen::arbitrary<bool>())
      said.message();
    else
      said.control();
  }
  if (*rc::gen::arbitrary<bool>())
    said.close();
  const reading expected{said.events, std::nullopt};
  RC_ASSERT(read_whole(said.wire) == expected);
  RC_ASSERT(read_pieces(cut(said.wire)) == expected);
}

TEST(frame_reader, reads_a_stream_that_comes_byte_by_byte) {
  const auto wire = client_frame(opcode::text, "h\xc3", false) + client_frame(opcode::ping, "?") +
                    client_frame(opcode::continuation, "\xa9!") + test::text(std::string(200, 'x')) +
                    client_frame(opcode::close, close_payload(1000));
  std::vector<std::string> pieces;
  for (char c : wire)
    pieces.emplace_back(1, c);
  const auto got = read_pieces(pieces);
  EXPECT_FALSE(got.fault);
  EXPECT_THAT(got.events, ElementsAre("ping ?", "text h\xc3\xa9!", "text " + std::string(200, 'x'), "close 1000"));
}

TEST(frame_reader, reads_every_form_of_length_at_its_edges) {
  for (std::size_t size : {0, 1, 125, 126, 127, 65'535, 65'536, 70'000}) {
    const std::string payload(size, 'a');
    const auto got = read_whole(test::text(payload));
    EXPECT_FALSE(got.fault) << size;
    EXPECT_THAT(got.events, ElementsAre("text " + payload)) << size;
  }
}

TEST(frame_reader, gives_binary_where_it_is_taken_and_does_not_check_its_utf8) {
  const auto got = read_whole(client_frame(opcode::binary, "\xff\xfe", false) +
                                client_frame(opcode::continuation, "\x80") + test::text("t"),
                              true);
  EXPECT_FALSE(got.fault);
  EXPECT_THAT(got.events, ElementsAre("binary \xff\xfe\x80", "text t"));
}

TEST(frame_reader, takes_empty_fragments) {
  const auto got = read_whole(client_frame(opcode::text, "", false) + client_frame(opcode::continuation, "", false) +
                              client_frame(opcode::continuation, "") + test::text("next"));
  EXPECT_FALSE(got.fault);
  EXPECT_THAT(got.events, ElementsAre("text ", "text next"));
}

TEST(frame_reader, takes_control_frames_of_125_bytes) {
  const std::string payload(125, 'p');
  EXPECT_THAT(read_whole(client_frame(opcode::ping, payload)).events, ElementsAre("ping " + payload));
}

TEST(frame_reader, takes_a_close_without_a_code) {
  const auto got = read_whole(client_frame(opcode::close, ""));
  EXPECT_FALSE(got.fault);
  EXPECT_THAT(got.events, ElementsAre("close"));
}

TEST(frame_reader, reads_nothing_behind_a_close_frame) {
  const auto close = client_frame(opcode::close, close_payload(1000));
  const std::string rubbish(20, '\xff');
  const reading expected{{"close 1000"}, std::nullopt};
  EXPECT_EQ(read_whole(close + test::text("late")), expected);
  EXPECT_EQ(read_pieces({close, test::text("late"), rubbish}), expected);
  EXPECT_EQ(read_pieces({close.substr(0, 3), close.substr(3) + rubbish}), expected);
}

TEST(frame_reader, reads_nothing_behind_a_fault) {
  const auto got = read_pieces({test::text("before") + std::string(2, '\x7f'), test::text("after")});
  EXPECT_EQ(got.fault, close_code::protocol_violation);
  EXPECT_THAT(got.events, ElementsAre("text before"));
}

TEST(frame_reader, does_not_count_the_last_message_against_the_next_one) {
  const auto full = client_frame(opcode::text, std::string(limit / 2, 'a'), false) +
                    client_frame(opcode::continuation, std::string(limit / 2, 'b'));
  const auto got = read_pieces({full, full, full});
  EXPECT_FALSE(got.fault);
  EXPECT_EQ(got.events.size(), 3U);
}

// -- any bytes ----------------------------------------------------------------------------------

RC_GTEST_PROP(frame_reader, survives_any_bytes, ()) {
  const auto bytes = *bytes_up_to(200);
  const auto whole = read_whole(bytes, *rc::gen::arbitrary<bool>());
  RC_ASSERT(whole.events.size() <= bytes.size());
}

RC_GTEST_PROP(frame_reader, says_of_damaged_frames_the_same_however_they_are_cut, ()) {
  conversation said;
  said.message();
  said.control();
  said.message();
  const auto at = *rc::gen::inRange<std::size_t>(0, said.wire.size());
  said.wire[at] = *rc::gen::arbitrary<char>();
  RC_ASSERT(read_pieces(cut(said.wire)) == read_whole(said.wire));
}

// -- unmasking --------------------------------------------------------------------------------

TEST(unmask, is_the_plain_loop_at_every_alignment_and_size) {
  for (std::size_t offset = 0; offset < 16; ++offset) {
    for (std::size_t size = 0; size < 70; ++size) {
      std::string around(offset + size + 8, '#');
      for (std::size_t i = 0; i < size; ++i)
        around[offset + i] = static_cast<char>(i * 37 + 11);
      auto expected = around;
      expected.replace(offset, size, test::masked(expected.substr(offset, size), test::some_key));
      unmask(around.data() + offset, size, test::some_key.data());
      ASSERT_EQ(around, expected) << offset << " " << size;
    }
  }
}

RC_GTEST_PROP(unmask, twice_gives_the_bytes_back, ()) {
  const auto bytes = *bytes_up_to(300);
  const auto key = any_key();
  auto changed = bytes;
  unmask(changed.data(), changed.size(), key.data());
  RC_ASSERT(changed == test::masked(bytes, key));
  unmask(changed.data(), changed.size(), key.data());
  RC_ASSERT(changed == bytes);
}

// -- close codes -----------------------------------------------------------------------------------

TEST(close_codes, that_may_be_sent_are_those_of_the_standard_and_the_private_ranges) {
  for (std::uint32_t code = 0; code < 0x10000; ++code) {
    const bool registered = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
    const bool priv = code >= 3000 && code <= 4999;
    ASSERT_EQ(is_sendable_close_code(static_cast<std::uint16_t>(code)), registered || priv) << code;
  }
}

} // namespace
} // namespace parley::net
