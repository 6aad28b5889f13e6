// Compressed messages of a client as frame_reader takes and refuses them (RFC 7692 §6), and on a connection.
#include "net/frame_reader.hpp"
#include "tests/net/client_frame.hpp"
#include "tests/net/connected.hpp"
#include "tests/net/deflate_peer.hpp"
#include "tests/net/recorded_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace parley::net {
namespace {

using test::client_frame;
using test::client_head;
using test::deflated;
using test::packed_frame;
using test::reading;

constexpr std::size_t packed_max = 1000;

reading read_packed(const std::vector<std::string>& pieces) {
  static inflater unpacks;
  frame_reader reader(packed_max, true);
  return test::read_pieces(reader, pieces, &unpacks);
}

reading as_told(std::vector<std::string> events, std::optional<close_code> fault = std::nullopt) {
  return {std::move(events), fault};
}

std::string packed_text(std::string_view text) {
  return packed_frame(opcode::text, deflated(text));
}

TEST(a_compressed_message, is_read_beside_plain_ones) {
  const auto wire = packed_text("one") + test::text("two") + packed_text("") +
                    packed_frame(opcode::binary, deflated("\xff")) + packed_text("three");
  EXPECT_EQ(read_packed({wire}), as_told({"text one", "text two", "text ", "binary \xff", "text three"}));
}

TEST(a_compressed_message, comes_in_fragments_with_control_frames_between) {
  const auto packed = deflated("one text that is cut");
  const auto wire = packed_frame(opcode::text, "", false) + client_frame(opcode::ping, "p") +
                    client_frame(opcode::continuation, packed.substr(0, 3), false) +
                    client_frame(opcode::continuation, packed.substr(3));
  EXPECT_EQ(read_packed({wire + test::text("plain")}), as_told({"ping p", "text one text that is cut", "text plain"}));
}

TEST(a_compressed_message, says_so_in_its_first_frame_only) {
  const auto broken = close_code::protocol_violation;
  const auto begun = packed_frame(opcode::text, deflated("a"), false);
  EXPECT_EQ(read_packed({begun + packed_frame(opcode::continuation, "")}), as_told({}, broken));
  EXPECT_EQ(read_packed({client_frame(opcode::text, "a", false) + packed_frame(opcode::continuation, "")}),
            as_told({}, broken));
  for (const auto op : {opcode::ping, opcode::pong, opcode::close, static_cast<opcode>(3)})
    EXPECT_EQ(read_packed({packed_frame(op, "")}), as_told({}, broken)) << static_cast<int>(op);
  for (const unsigned other_bit : {0x20U, 0x10U}) {
    auto wire = packed_text("a");
    wire[0] = static_cast<char>(static_cast<unsigned char>(wire[0]) | other_bit);
    EXPECT_EQ(read_packed({wire}), as_told({}, broken)) << other_bit;
  }
}

TEST(a_compressed_message, is_a_fault_where_nobody_agreed_to_it) {
  frame_reader reader(packed_max);
  EXPECT_EQ(test::read_pieces(reader, std::vector{packed_text("a")}), as_told({}, close_code::protocol_violation));
}

TEST(a_compressed_message, is_bounded_by_what_it_becomes) {
  const std::string edge(packed_max, 'a');
  EXPECT_EQ(read_packed({packed_text(edge) + packed_text(edge)}), as_told({"text " + edge, "text " + edge}));
  EXPECT_EQ(read_packed({packed_text(edge + "a")}), as_told({}, close_code::too_big));
  EXPECT_EQ(read_packed({packed_text(std::string(10'000'000, 'a'))}), as_told({}, close_code::too_big));
  std::string noise;
  for (unsigned i = 0, x = 1; i < packed_max; ++i)
    noise.push_back(static_cast<char>((x = x * 1103515245U + 12345U) >> 16));
  const auto longer = deflated(noise, 0);
  ASSERT_GT(longer.size(), packed_max);
  EXPECT_EQ(read_packed({packed_frame(opcode::binary, longer)}), as_told({"binary " + noise}));
  // What is announced is refused before it comes.
  auto head = client_head(opcode::text, 2 * packed_max);
  head[0] = static_cast<char>(0xc1);
  EXPECT_EQ(read_packed({head}), as_told({}, close_code::too_big));
  const auto half = packed_frame(opcode::text, longer.substr(0, packed_max / 2), false);
  EXPECT_EQ(read_packed({half + client_head(opcode::continuation, packed_max)}), as_told({}, close_code::too_big));
}

TEST(a_compressed_message, has_to_be_deflate_data_and_utf8) {
  EXPECT_EQ(read_packed({packed_frame(opcode::text, "no deflate data")}), as_told({}, close_code::invalid_utf8));
  EXPECT_EQ(read_packed({packed_frame(opcode::text, "")}), as_told({}, close_code::invalid_utf8));
  EXPECT_EQ(read_packed({packed_text("a\xff")}), as_told({}, close_code::invalid_utf8));
  EXPECT_EQ(read_packed({packed_text("cut \xc3")}), as_told({}, close_code::invalid_utf8));
}

RC_GTEST_PROP(a_compressed_message, is_the_same_however_the_stream_is_cut, ()) {
  std::string wire;
  std::vector<std::string> events;
  for (auto count = *rc::gen::inRange(1, 6); count > 0; --count) {
    const std::string text(*rc::gen::inRange<std::size_t>(0, 300), *rc::gen::inRange('a', 'z'));
    events.push_back("text " + text);
    if (*rc::gen::arbitrary<bool>()) {
      wire += test::text(text);
      continue;
    }
    const auto packed = deflated(text, *rc::gen::inRange(0, 10));
    const auto at = *rc::gen::inRange<std::size_t>(0, packed.size() + 1);
    wire += packed_frame(opcode::text, packed.substr(0, at), false);
    wire += client_frame(opcode::continuation, packed.substr(at));
  }
  std::vector<std::string> pieces;
  for (std::size_t from = 0; from < wire.size();) {
    const auto size = *rc::gen::inRange<std::size_t>(1, wire.size() + 1);
    pieces.push_back(wire.substr(from, size));
    from += pieces.back().size();
  }
  RC_ASSERT(read_packed(pieces) == as_told(events));
}

// -- on a connection ---------------------------------------------------------------------------------

class a_connection_that_compresses : public test::connected {
protected:
  static constexpr deflate_terms agreed{15, true};
};

TEST_P(a_connection_that_compresses, reads_and_writes_both_kinds_in_order) {
  auto& x = connect({.deflate = agreed});
  say(x, packed_text("first") + test::text("second"));
  until([&] { return x.session->texts.size() >= 2; });
  EXPECT_THAT(x.session->texts, testing::ElementsAre("first", "second"));
  auto port = x.server.lock();
  const std::string words(300, 'w');
  port->send(make_text_frame("1" + words, 2));
  port->send(make_text_frame("short"));
  std::vector<frame_ptr> replay;
  for (int i = 2; i < 5; ++i)
    replay.push_back(make_text_frame(std::to_string(i) + words, 2));
  port->send_paced(std::move(replay));
  port->send(make_text_frame("5" + words, 2));
  until([&] { return x.client->frames.size() >= 6; });
  test::deflate_peer reads(agreed);
  std::vector<std::string> heard;
  for (const auto& f : x.client->frames)
    heard.push_back(f.is_packed ? reads.read(*make_compressed_frame(f.op, f.payload)) : f.payload);
  EXPECT_THAT(heard, testing::ElementsAre("1" + words, "short", "2" + words, "3" + words, "4" + words, "5" + words));
  EXPECT_EQ(std::ranges::count_if(x.client->frames, [](const auto& f) { return f.is_packed; }), 5);
}

TEST_P(a_connection_that_compresses, is_closed_for_a_bomb_and_for_data_that_is_none) {
  auto& bomber = connect({.deflate = agreed});
  say(bomber, packed_text(std::string(20'000'000, '\0')));
  auto& liar = connect({.deflate = agreed});
  say(liar, packed_frame(opcode::text, "no deflate data"));
  until([&] { return !bomber.client->frames.empty() && !liar.client->frames.empty(); });
  EXPECT_EQ(bomber.client->frames[0].code(), 1009U);
  EXPECT_EQ(liar.client->frames[0].code(), 1007U);
}

TEST_P(a_connection_that_compresses, sends_a_client_without_it_plain_frames) {
  auto& x = connect();
  const std::string words(300, 'w');
  x.server.lock()->send(make_text_frame(words, 2));
  until([&] { return !x.client->texts().empty(); });
  EXPECT_FALSE(x.client->frames[0].is_packed);
  EXPECT_EQ(x.client->frames[0].payload, words);
  EXPECT_EQ(set().packer().packed(), 0U);
}

INSTANTIATE_TEST_SUITE_P(over, a_connection_that_compresses,
                         testing::Values(test::transport::plain, test::transport::tls), test::transport_name);

} // namespace
} // namespace parley::net
