#include "protocol/http_codec.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

constexpr timestamp noon{std::chrono::milliseconds{1'795'228'685'123}};

TEST(connections, are_shown_with_their_rooms) {
  const connection_view known{connection_id{5},
                              user_brief{user_id{2}, "alice", std::nullopt},
                              "rooms",
                              "127.0.0.1",
                              noon,
                              {room_id{3}, room_id{4}},
                              17,
                              "a"};
  EXPECT_EQ(encode(page<connection_view>{{known}, 1, 1, 20}, {"b", "c"}),
            R"({"items":[{"id":5,"user_id":2,"username":"alice","kind":"rooms","address":"127.0.0.1",)"
            R"("connected_at":"2026-11-21T02:38:05.123Z","rooms":[3,4],"outbox_bytes":17,"node":"a"}],)"
            R"("total":1,"page":1,"size":20,"unanswered":["b","c"]})");
}

TEST(connections, of_nobody_have_nulls) {
  const connection_view unknown{connection_id{6}, std::nullopt, "test", "::1", noon, {}, 0, "a"};
  EXPECT_EQ(encode(page<connection_view>{{unknown}, 1, 1, 20}, {}),
            R"({"items":[{"id":6,"user_id":null,"username":null,"kind":"test","address":"::1",)"
            R"("connected_at":"2026-11-21T02:38:05.123Z","rooms":[],"outbox_bytes":0,"node":"a"}],)"
            R"("total":1,"page":1,"size":20,"unanswered":[]})");
}

TEST(disconnects, say_why) {
  const page<disconnect_view> both{
    {{connection_id{5}, user_id{2}, 4413, "slow", noon, "a"}, {connection_id{6}, std::nullopt, 1006, "", noon, "b"}},
    2,
    1,
    20};
  EXPECT_EQ(
    encode(both, {"c"}),
    R"({"items":[{"connection_id":5,"user_id":2,"code":4413,"reason":"slow","at":"2026-11-21T02:38:05.123Z","node":"a"},)"
    R"({"connection_id":6,"user_id":null,"code":1006,"reason":"","at":"2026-11-21T02:38:05.123Z","node":"b"}],)"
    R"("total":2,"page":1,"size":20,"unanswered":["c"]})");
}

TEST(an_overview, has_every_figure) {
  EXPECT_EQ(
    encode(overview{"n1", "1.2.3", 1, 2, 9, 3, 4, 5, 6, 7, 8, 0.25}),
    R"({"node":"n1","version":"1.2.3","uptime_s":1,"connections":2,"sockets":9,"users_online":3,"rooms_active":4,)"
    R"("messages_total":5,"deliveries_total":6,"slow_closed_total":7,)"
    R"("writer":{"queued":8,"commit_p99_ms":0.25}})");
}

} // namespace
} // namespace parley
