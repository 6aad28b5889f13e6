// What clients are sent where they take it compressed: every one of them can read it, and it is compressed once.
#include "net/frame_packer.hpp"
#include "net/outbox.hpp"
#include "tests/net/deflate_peer.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <memory>

namespace parley::net {
namespace {

using test::deflate_peer;

constexpr std::size_t pack_min = 50;
constexpr deflate_terms keeping{15, true};
constexpr deflate_terms forgetting{15, false};
constexpr std::uint64_t some_chain = 4;
constexpr std::uint64_t other_chain = 6;

std::string chat_text(int number, std::string_view words = "Good morning everybody, who is coming?") {
  return R"({"type":"room_message","payload":{"id":)" + std::to_string(number) + R"(,"room_id":2,"content":")" +
         std::string(words) + R"(","timestamp":"2026-11-30T13:57:09.)" + std::to_string(100 + number % 900) + R"(Z"}})";
}

bool is_packed(const frame_ptr& x) {
  return (static_cast<unsigned char>(x->wire()[0]) & 0x40U) != 0;
}

/// One client with its end of the connection.
struct packed_client {
  explicit packed_client(const deflate_terms& agreed) : window(agreed), reads(agreed) {}

  frame_ptr hear(frame_packer& by, const frame_ptr& what) {
    auto sent = by.pack(what, window);
    EXPECT_EQ(reads.read(*sent), what->payload());
    return sent;
  }

  peer_window window;
  deflate_peer reads;
};

std::vector<std::unique_ptr<packed_client>> packed_clients(std::size_t count, const deflate_terms& agreed) {
  std::vector<std::unique_ptr<packed_client>> out;
  for (std::size_t i = 0; i < count; ++i)
    out.push_back(std::make_unique<packed_client>(agreed));
  return out;
}

TEST(a_packer, compresses_a_frame_once_for_all) {
  for (const auto& agreed : {keeping, forgetting}) {
    frame_packer packer(pack_min);
    const auto room = packed_clients(20, agreed);
    for (int number = 1; number <= 5; ++number) {
      const auto said = make_text_frame(chat_text(number), some_chain);
      const auto first = room[0]->hear(packer, said);
      EXPECT_TRUE(is_packed(first));
      EXPECT_LT(first->wire().size(), said->wire().size());
      for (std::size_t i = 1; i < room.size(); ++i)
        EXPECT_EQ(room[i]->hear(packer, said), first) << "the same bytes";
      EXPECT_EQ(packer.packed(), static_cast<std::uint64_t>(number));
    }
  }
}

TEST(a_packer, takes_help_of_the_frame_before_where_the_client_has_it) {
  frame_packer packer(pack_min);
  packed_client first(keeping);
  packed_client later(keeping);
  packed_client forgetful(forgetting);
  first.hear(packer, make_text_frame(chat_text(1), some_chain));
  const auto second = make_text_frame(chat_text(2), some_chain);
  const auto helped = first.hear(packer, second);
  const auto alone = later.hear(packer, second);
  EXPECT_EQ(forgetful.hear(packer, second), alone);
  EXPECT_LT(helped->wire().size(), second->wire().size() / 3);
  EXPECT_GT(alone->wire().size(), second->wire().size() / 2);
  const auto third = make_text_frame(chat_text(3), some_chain);
  EXPECT_EQ(first.hear(packer, third), later.hear(packer, third)) << "who came later is one of them now";
  EXPECT_EQ(packer.packed(), 4U);
}

TEST(a_packer, goes_on_behind_what_was_too_short_or_no_message) {
  frame_packer packer(pack_min);
  packed_client x(keeping);
  x.hear(packer, make_text_frame(chat_text(1), some_chain));
  for (const auto& between : {make_text_frame("short", some_chain), make_text_frame("short"),
                              make_frame(opcode::ping, std::string(100, 'p'))})
    EXPECT_EQ(x.hear(packer, between), between);
  EXPECT_LT(x.hear(packer, make_text_frame(chat_text(2), some_chain))->wire().size(), chat_text(2).size() / 3);
}

// Else who sees sizes, and may speak in one room, could find out what is said in the other.
TEST(a_packer, takes_no_help_of_another_chain) {
  frame_packer packer(pack_min);
  packed_client in_both(keeping);
  packed_client in_one(keeping);
  const std::string secret = "the words that somebody guesses, and says in another room";
  in_both.hear(packer, make_text_frame(chat_text(1, secret), other_chain));
  for (const auto in : {some_chain, std::uint64_t{0}}) {
    const auto said = make_text_frame(chat_text(2, secret), in);
    EXPECT_EQ(in_both.hear(packer, said), in_one.hear(packer, said)) << in;
  }
  EXPECT_EQ(
    packer
      .pack_alone(make_text_frame(chat_text(3), some_chain), make_text_frame(chat_text(2), other_chain), in_both.window)
      ->wire(),
    in_one.hear(packer, make_text_frame(chat_text(3)))->wire());
}

TEST(a_packer, leaves_alone_what_is_not_worth_it) {
  frame_packer packer(pack_min);
  packed_client x(keeping);
  std::string noise;
  for (unsigned i = 0, y = 1; i < 400; ++i)
    noise.push_back(static_cast<char>((y = y * 1103515245U + 12345U) >> 16));
  for (const auto& plain :
       {make_text_frame(std::string(pack_min - 3, 'x'), some_chain), make_frame(opcode::binary, noise, some_chain),
        make_text_frame(std::string(frame_packer::frame_bytes_max, 'x'), some_chain)})
    EXPECT_EQ(x.hear(packer, plain), plain);
  EXPECT_TRUE(is_packed(x.hear(packer, make_text_frame(std::string(pack_min - 2, 'x'), some_chain))));
}

/// Any clients in two rooms hear any frames, some of them and not others, and read what was said.
RC_GTEST_PROP(a_packer, is_understood_by_every_client, ()) {
  frame_packer packer(pack_min);
  std::vector<std::unique_ptr<packed_client>> all;
  for (auto count = *rc::gen::inRange(1, 5); count > 0; --count)
    all.push_back(std::make_unique<packed_client>(
      deflate_terms{*rc::gen::inRange<std::uint8_t>(8, 16), *rc::gen::arbitrary<bool>()}));
  const auto frames = *rc::gen::inRange(1, 40);
  for (int number = 0; number < frames; ++number) {
    const auto in = *rc::gen::element(std::uint64_t{0}, some_chain, other_chain, some_chain + frame_packer::chains);
    const auto words = *rc::gen::oneOf(rc::gen::just(std::string("lunch")), rc::gen::arbitrary<std::string>());
    const auto times = *rc::gen::element(1, 1, 1, 30, 500, 3000);
    std::string content;
    for (int i = 0; i < times; ++i)
      content += words;
    const auto said = make_text_frame(chat_text(number, content), in);
    for (auto& x : all)
      if (*rc::gen::inRange(0, 4) > 0)
        RC_ASSERT(x->reads.read(*packer.pack(said, x->window)) == said->payload());
  }
}

/// The same behind a queue with replays, written in any pieces.
RC_GTEST_PROP(an_outbox, that_compresses_keeps_the_order_and_is_understood, ()) {
  frame_packer packer(pack_min);
  const deflate_terms agreed{15, *rc::gen::arbitrary<bool>()};
  outbox box(*rc::gen::inRange<std::size_t>(100, 2000), &packer, peer_window(agreed));
  std::vector<std::string> said;
  std::string wire;
  int number = 0;
  const auto next = [&] {
    said.push_back(chat_text(++number));
    return make_text_frame(said.back(), *rc::gen::element(std::uint64_t{0}, some_chain, some_chain, other_chain));
  };
  const auto write = [&](std::size_t most) {
    std::vector<iovec> parts(4);
    parts.resize(box.gather(parts));
    std::string piece;
    for (const auto& x : parts)
      piece.append(static_cast<const char*>(x.iov_base), std::min(x.iov_len, most - piece.size()));
    box.sent(piece.size());
    wire += piece;
  };
  for (auto steps = *rc::gen::inRange(1, 40); steps > 0; --steps) {
    switch (*rc::gen::inRange(0, 3)) {
    case 0:
      box.push(next());
      break;
    case 1: {
      std::vector<frame_ptr> replay;
      for (auto count = *rc::gen::inRange(0, 20); count > 0; --count)
        replay.push_back(next());
      box.push_paced(std::move(replay));
      break;
    }
    default:
      write(*rc::gen::inRange<std::size_t>(0, 800));
    }
  }
  while (!box.empty())
    write(800);
  RC_ASSERT(deflate_peer(agreed).read_all(wire) == said);
}

} // namespace
} // namespace parley::net
