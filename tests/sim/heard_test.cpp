// Simulated clients read what the server really says.
#include "protocol/events.hpp"
#include "tests/sim/heard.hpp"

#include <gtest/gtest.h>

namespace parley::sim {
namespace {

const message said{message_id{7}, room_id{3}, user_id{2}, "ann", "hello", message_type::text, {}, {}, false, "n1"};

heard read(const std::string& json) {
  hearing ears;
  return ears.read(make_text_frame(json));
}

TEST(heard, knows_a_message_in_both_shapes) {
  const auto envelope = read(encode_envelope(room_event{message_posted{said, true}}));
  EXPECT_EQ(envelope.what, word::room_message);
  EXPECT_EQ(envelope.room, said.room);
  EXPECT_TRUE(envelope.replayed);
  const auto flat = read(encode_flat(room_event{message_posted{said, false}}));
  EXPECT_EQ(flat.what, word::chat_message);
  EXPECT_FALSE(flat.replayed);
  for (const auto& x : {envelope, flat}) {
    EXPECT_EQ(x.message, said.id);
    EXPECT_EQ(x.user, said.sender);
    EXPECT_EQ(x.content, said.content);
    EXPECT_EQ(x.client_msg_id, "n1");
    EXPECT_EQ(x.request, 0);
  }
}

TEST(heard, knows_what_became_of_a_message_in_both_shapes) {
  const message_deleted gone{message_id{7}, room_id{3}};
  EXPECT_EQ(read(encode_envelope(room_event{gone})).message, gone.id);
  EXPECT_EQ(read(encode_flat(room_event{gone})).message, gone.id);
  EXPECT_EQ(read(encode_flat(room_event{message_edited{said}})).content, "hello");
  EXPECT_EQ(read(encode_envelope(room_event{message_edited{said}})).message, said.id);
}

TEST(heard, knows_who_is_there) {
  const presence_changed came{room_id{3}, {user_id{2}, "ann", {}}, true, 4};
  const auto envelope = read(encode_envelope(room_event{came}));
  EXPECT_EQ(envelope.what, word::presence);
  EXPECT_TRUE(envelope.flag);
  EXPECT_EQ(envelope.active_users, 4);
  EXPECT_EQ(envelope.user, came.user.id);
  EXPECT_EQ(read(encode_flat(room_event{came})).what, word::user_join);
}

TEST(heard, knows_which_request_is_answered) {
  const auto ack = read(encode_envelope(message_ack_reply{message_id{7}, "n1", {}, 1}, "12", language::en));
  EXPECT_EQ(ack.what, word::message_ack);
  EXPECT_EQ(ack.request, 12);
  EXPECT_EQ(ack.message, message_id{7});
  EXPECT_EQ(ack.client_msg_id, "n1");
  const auto joined =
    read(encode_envelope(room_joined_reply{room_id{3}, 2, message_id{9}, true, {}}, "4", language::en));
  EXPECT_EQ(joined.request, 4);
  EXPECT_EQ(joined.last_message, message_id{9});
  EXPECT_TRUE(joined.resync);
}

TEST(heard, counts_the_frames_that_somebody_else_holds) {
  hearing ears;
  auto kept = make_text_frame("{}");
  ears.read(kept);
  EXPECT_EQ(ears.still_held(), 1U);
  kept.reset();
  EXPECT_EQ(ears.still_held(), 0U);
}

} // namespace
} // namespace parley::sim
