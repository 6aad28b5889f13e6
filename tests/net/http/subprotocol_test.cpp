#include "net/http/handshake.hpp"
#include "net/http/subprotocol.hpp"

#include <gtest/gtest.h>

namespace parley::net {
namespace {

subprotocol_choice offer(std::initializer_list<std::string> fields) {
  request_head head;
  for (const auto& value : fields)
    head.fields.emplace_back("Sec-WebSocket-Protocol", value);
  return choose_subprotocol(head);
}

TEST(a_subprotocol, of_ours_is_chosen_wherever_it_stands) {
  for (const auto* list : {"parley.v1", "graphql-ws, parley.v1", "parley.v1, chat", " parley.v1 ,, chat "}) {
    const auto it = offer({list});
    EXPECT_EQ(it.chosen, "parley.v1") << list;
    EXPECT_EQ(it.token, std::nullopt) << list;
  }
  EXPECT_EQ(offer({"chat", "parley.v1"}).chosen, "parley.v1") << "in a field of its own";
}

TEST(a_subprotocol, carries_a_token_behind_its_name) {
  for (const auto* name : {"bearer", "access_token"}) {
    const auto alone = offer({std::string(name) + ", aaa.bbb.ccc"});
    EXPECT_EQ(alone.chosen, name);
    EXPECT_EQ(alone.token, "aaa.bbb.ccc");
    const auto before = offer({"parley.v1, " + std::string(name) + ", aaa.bbb.ccc"});
    EXPECT_EQ(before.chosen, "parley.v1");
    EXPECT_EQ(before.token, "aaa.bbb.ccc");
    const auto behind = offer({std::string(name) + ",aaa.bbb.ccc,parley.v1"});
    EXPECT_EQ(behind.chosen, "parley.v1");
    EXPECT_EQ(behind.token, "aaa.bbb.ccc");
    const auto apart = offer({name, "aaa.bbb.ccc"});
    EXPECT_EQ(apart.chosen, name);
    EXPECT_EQ(apart.token, "aaa.bbb.ccc");
  }
}

TEST(a_subprotocol, is_answered_as_it_was_offered) {
  EXPECT_EQ(offer({"Bearer, aaa.bbb.ccc"}).chosen, "Bearer");
  EXPECT_EQ(offer({"chat, bearer, aaa.bbb.ccc"}).chosen, "bearer");
}

TEST(a_subprotocol, that_names_a_carrier_only_carries_nothing) {
  for (const auto* list : {"bearer", "access_token", "bearer, access_token", "chat, bearer"}) {
    const auto it = offer({list});
    EXPECT_EQ(it.chosen, "") << list;
    EXPECT_EQ(it.token, std::nullopt) << list;
  }
  const auto it = offer({"bearer, parley.v1"});
  EXPECT_EQ(it.chosen, "parley.v1");
  EXPECT_EQ(it.token, std::nullopt) << "the name of the protocol is no token";
}

TEST(a_subprotocol, is_never_the_token) {
  EXPECT_EQ(offer({"bearer, aaa.bbb.ccc, bearer, ddd"}).chosen, "bearer");
  EXPECT_EQ(offer({"bearer, aaa.bbb.ccc, bearer, ddd"}).token, "aaa.bbb.ccc") << "the first one counts";
  EXPECT_EQ(offer({"aaa.bbb.ccc"}).chosen, "");
}

TEST(a_subprotocol, that_is_unknown_is_not_chosen) {
  for (const auto* list : {"", ",", "chat", "graphql-ws, mqtt", "PARLEY.V1", "parley.v2"}) {
    EXPECT_EQ(offer({list}).chosen, "") << list;
    EXPECT_EQ(offer({list}).token, std::nullopt) << list;
  }
  EXPECT_EQ(offer({}).chosen, "");
}

TEST(the_answer_101, names_the_subprotocol_where_one_was_chosen) {
  EXPECT_EQ(switching_protocols("KEY", "", "").find("Sec-WebSocket-Protocol"), std::string::npos);
  EXPECT_NE(switching_protocols("KEY", "parley.v1", "").find("\r\nSec-WebSocket-Protocol: parley.v1\r\n"),
            std::string::npos);
}

} // namespace
} // namespace parley::net
