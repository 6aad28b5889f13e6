// What crosses between nodes: each item comes out as it went in, and whatever else comes is refused.
#include "cluster/peer_items.hpp"
#include "tests/cluster/sample_items.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace parley::cluster::test {
namespace {

using ::testing::HasSubstr;

std::string packed(peer_item& x) {
  std::string out;
  pack_item(out, x);
  return out;
}

TEST(peer_items, every_item_comes_out_as_it_went_in) {
  for (unsigned seed = 0; seed < 300; ++seed)
    for (auto& item : sample_items(seed)) {
      const auto bytes = packed(item);
      auto back = unpack_items(bytes);
      ASSERT_TRUE(back) << back.error() << " of item " << item.index();
      ASSERT_EQ(back->size(), 1U);
      ASSERT_EQ(back->front().index(), item.index());
      EXPECT_EQ(packed(back->front()), bytes) << "item " << item.index() << ", seed " << seed;
    }
}

TEST(peer_items, a_batch_keeps_their_order) {
  auto items = sample_items(7);
  std::string batch;
  for (auto& x : items)
    pack_item(batch, x);
  const auto back = unpack_items(batch);
  ASSERT_TRUE(back);
  ASSERT_EQ(back->size(), items.size());
  for (std::size_t i = 0; i < items.size(); ++i)
    EXPECT_EQ((*back)[i].index(), items[i].index());
}

TEST(peer_items, an_empty_batch_has_none) {
  const auto back = unpack_items("");
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->empty());
}

// Two releases meet by these bytes: where one of them changes, the wire's version has to.
TEST(peer_items, have_the_bytes_of_their_version) {
  static_assert(peer::wire_version_max == 2);
  peer_item typing = order_room{
    room_id{7},
    set_typing{{connection_id{300}, {}, wire_shape::flat, {}, "9"}, {user_id{2}, "ann", std::nullopt}, true}};
  EXPECT_EQ(packed(typing), (std::string{"\x00\x10\x00\x00\x00"
                                         "\x0e"         // room 7
                                         "\x03"         // the fourth order
                                         "\xd8\x04\x01" // connection 300, flat
                                         "\x01"
                                         "9\x00\x00" // its id, no ticket, for the first time
                                         "\x04\x03"
                                         "ann\x00"
                                         "\x01",
                                         21}));
  peer_item put_out = removed_from_room{room_id{-1}, connection_id{1}};
  EXPECT_EQ(packed(put_out), (std::string{"\x0b\x02\x00\x00\x00\x01\x02", 7}));
  peer_item freed = client_claims{false, {}, {"c"}, 4};
  EXPECT_EQ(packed(freed), (std::string{"\x17\x06\x00\x00\x00\x00\x00\x01\x01"
                                        "c\x04",
                                        11}));
  EXPECT_EQ(freed.index(), items_of_version_1);
  peer_item heard = task_heard{3, 2};
  EXPECT_EQ(packed(heard), (std::string{"\x19\x02\x00\x00\x00\x03\x04", 7}));
  peer_item closing = ask_node{1, dismiss{connection_id{300}}};
  EXPECT_EQ(packed(closing), (std::string{"\x1a\x04\x00\x00\x00\x01\x02\xd8\x04", 9}));
}

// A new one moves `last_value<error_code>`.
TEST(peer_items, every_error_code_crosses) {
  for (const auto code : all_error_codes()) {
    peer_item item = answer_room{1, code};
    const auto back = unpack_items(packed(item));
    ASSERT_TRUE(back) << name(code);
    EXPECT_EQ(std::get<error_code>(std::get<answer_room>(back->front()).what), code);
  }
}

TEST(peer_items, handles_stay_behind) {
  peer_item item = order_room{room_id{1}, request_sync{{connection_id{5}, {}, {}, {}, {}}, user_id{2}}};
  auto back = unpack_items(packed(item));
  ASSERT_TRUE(back);
  const auto& order = std::get<request_sync>(std::get<order_room>(back->front()).what);
  EXPECT_FALSE(order.from.outlet);
  EXPECT_FALSE(order.from.visitor);
  EXPECT_EQ(order.from.connection, connection_id{5});
}

TEST(peer_items, what_a_newer_release_adds_at_the_end_of_an_item_is_skipped) {
  peer_item item = not_home{room_id{3}};
  auto bytes = packed(item);
  bytes[1] = static_cast<char>(bytes[1] + 4);
  bytes += "more";
  peer_item next = revoked_there{9};
  pack_item(bytes, next);
  const auto back = unpack_items(bytes);
  ASSERT_TRUE(back) << back.error();
  ASSERT_EQ(back->size(), 2U);
  EXPECT_EQ(std::get<not_home>((*back)[0]).room, room_id{3});
  EXPECT_EQ(std::get<revoked_there>((*back)[1]).number, 9U);
}

TEST(peer_items, an_unknown_item_is_refused) {
  const auto back = unpack_items(std::string("\x7f\x00\x00\x00\x00", 5));
  ASSERT_FALSE(back);
  EXPECT_THAT(back.error(), HasSubstr("unknown item 127"));
}

TEST(peer_items, each_beginning_of_an_item_is_refused) {
  for (auto& item : sample_items(11)) {
    const auto bytes = packed(item);
    for (std::size_t size = 1; size < bytes.size(); ++size)
      EXPECT_FALSE(unpack_items(std::string_view(bytes).substr(0, size))) << "item " << item.index() << " of " << size;
  }
}

TEST(peer_items, a_value_that_no_enumeration_has_is_refused) {
  peer_item item = answer_room{1, error_code::webhook_configured};
  auto bytes = packed(item);
  bytes.back() = static_cast<char>(bytes.back() + 1);
  EXPECT_FALSE(unpack_items(bytes));
}

RC_GTEST_PROP(peer_items_property, any_bytes_are_items_or_refused, (const std::string& bytes)) {
  auto found = unpack_items(bytes);
  if (!found)
    return;
  std::string again;
  for (auto& x : *found)
    pack_item(again, x);
  RC_ASSERT(unpack_items(again).has_value());
}

RC_GTEST_PROP(peer_items_property, a_changed_byte_is_read_or_refused, (unsigned seed, std::uint8_t at, char what)) {
  for (auto& item : sample_items(seed)) {
    auto bytes = packed(item);
    bytes[at % bytes.size()] = what;
    auto found = unpack_items(bytes);
    if (found)
      RC_ASSERT(found->size() <= bytes.size());
  }
}

} // namespace
} // namespace parley::cluster::test
