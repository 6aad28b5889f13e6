#include "protocol/http_codec.hpp"

#include <gtest/gtest.h>

namespace parley {
namespace {

TEST(the_status_of_a_server, lists_its_nodes) {
  const server_status x{{"n1", "ok", 5}, "0.1.0", 60, 9, 4, 2, {{"n1", "ok", 5}, {"n2", "draining", 0}}};
  EXPECT_EQ(encode(x), R"({"status":"ok","node":"n1","version":"0.1.0","uptime_s":60,"connections":5,"sockets":9,)"
                       R"("users_online":4,"rooms_active":2,"nodes":[{"id":"n1","status":"ok","connections":5},)"
                       R"({"id":"n2","status":"draining","connections":0}]})");
}

} // namespace
} // namespace parley
