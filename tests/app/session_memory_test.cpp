// What one more client costs a running node: bytes of heap for a session that is signed in, in a room, and idle.
#include "app/database.hpp"
#include "app/node.hpp"
#include "auth/token.hpp"
#include "tests/net/client_frame.hpp"
#include "tests/support/heap_meter.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace parley::test {
namespace {

/// Its actor, its connection and their entries in the hub, the directory and the room, on `/ws`: what it was when this
/// was last looked at, and a tenth. To lower it, set it to the `bytes_a_session` that the test prints, and a tenth.
constexpr std::int64_t bytes_a_session_limit = 1940;

/// Sessions that are there when counting begins, so that what a node and a room have once is not counted, and how many
/// there are then: tables that double their room have just done it both times.
constexpr std::size_t first_sessions = 56;
constexpr std::size_t all_sessions = 256;

/// The least of so many looks is taken: what is on its way between threads is in some of them.
constexpr int looks = 5;

constexpr std::string_view secret = "a secret of thirty-two bytes ...";

class client {
public:
  explicit client(std::uint16_t port) : socket_(port) {}

  void sign_in(const std::string& token) {
    socket_.send("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer " +
                 token + "\r\n\r\n");
    await(R"("auth_status":"authenticated")");
  }

  void join(room_id room) {
    socket_.send(text(R"({"type":"join_room","payload":{"room_id":)" + std::to_string(room.value) + "}}"));
    await(R"("room_joined")");
  }

  void ping() {
    socket_.send(text(R"({"type":"ping","payload":{}})"));
    await(R"("pong")");
  }

private:
  /// Reads and drops all up to the answer.
  void await(std::string_view answer) {
    std::string heard;
    std::array<char, 16'384> piece; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by await
    while (heard.find(answer) == std::string::npos)
      heard.append(piece.data(), socket_.await(piece));
  }

  raw_socket socket_;
};

/// A node on a database of its own, with a room that every user of it is a member of.
class a_node : public testing::Test {
protected:
  a_node() {
    settings_.data_dir = folder_ / "data";
    settings_.server.port = 0;
    settings_.server.threads = 1;
    settings_.storage.readers = 1;
    settings_.limits.rate_limiting = false;
    fill();
    node_ = std::make_unique<app::node>(settings_, std::string(secret), system_now, app::node_orders{});
    port_ = node_->start({.places = {{.text = "127.0.0.1"}}, .passed = {}}).front().port;
    clients_.reserve(all_sessions);
  }

  /// Until there are so many sessions.
  void open(std::size_t count) {
    while (clients_.size() < count) {
      auto& made = clients_.emplace_back(port_);
      made.sign_in(tokens_[clients_.size() - 1]);
      made.join(room_);
    }
  }

  /// Until everybody has heard what was said before.
  void settle() {
    for (auto& x : clients_)
      x.ping();
  }

private:
  void fill() {
    const auto now = system_now();
    auto database = app::open(settings_);
    database->migrate(now);
    auto store = database->open_writer();
    store->begin();
    for (std::size_t i = 0; i < all_sessions; ++i) {
      const auto name = "member" + std::to_string(i);
      const auto user = store->users().create({name, name + "@example.org", {}, user_role::user, now}).value().id;
      if (i == 0)
        room_ = store->rooms().create(user, {"room", {}, {}}, now).id;
      else
        store->members().add(room_, user, member_role::member, now).value();
      tokens_.push_back(auth::mint({user, now + std::chrono::hours(1), now, name, {}}, secret));
    }
    store->commit();
  }

  test::temporary_folder folder_;
  config::settings settings_;
  room_id room_;
  std::vector<std::string> tokens_;
  std::unique_ptr<app::node> node_;
  std::uint16_t port_ = 0;
  std::vector<client> clients_;
};

TEST_F(a_node, has_so_many_bytes_for_each_idle_session) {
  if (!allow_descriptors(2 * all_sessions))
    GTEST_SKIP() << "the hard limit of open files is too low for " << all_sessions << " connections";
  open(first_sessions);
  settle();
  const heap_meter meter;
  open(all_sessions);
  std::vector<std::int64_t> bytes;
  std::vector<std::int64_t> blocks;
  for (int i = 0; i < looks; ++i) {
    settle();
    bytes.push_back(meter.grown_bytes());
    blocks.push_back(meter.grown_blocks());
  }
  constexpr std::int64_t counted = all_sessions - first_sessions;
  const auto a_session = *std::min_element(bytes.begin(), bytes.end()) / counted;
  RecordProperty("bytes_a_session", std::to_string(a_session));
  RecordProperty("blocks_a_session", std::to_string(*std::min_element(blocks.begin(), blocks.end()) / counted));
  EXPECT_GT(a_session, 0) << "nothing was counted";
  EXPECT_LE(a_session, bytes_a_session_limit);
}

} // namespace
} // namespace parley::test
