#include "tests/net/connected.hpp"

#include "actors/messages.hpp"
#include "tests/net/certificate.hpp"
#include "tests/net/client_frame.hpp"

#include <algorithm>
#include <stdexcept>
#include <thread>

namespace parley::test {

namespace asio = boost::asio;
using net::connection;

namespace {

class listening_session final : public pinned<session_actor> {
public:
  listening_session(caf::actor_config& cfg, pin where, std::shared_ptr<told> out, std::shared_ptr<connection_port> port)
    : pinned(cfg, where), told_(std::move(out)), port_(std::move(port)) {}

protected:
  behavior_type make_behavior() override {
    const auto not_of_a_connection = [](const auto&) { ADD_FAILURE() << "no connection says that"; };
    return {[this](const inbound& x) {
              EXPECT_EQ(told_->lost, 0) << "a text behind the last word";
              told_->texts.push_back(x.binary ? "binary " + x.text : x.text);
            },
            [this](const connection_lost&) {
              ++told_->lost;
              port_ = nullptr;
              quit();
            },
            [=](const wake& x) { not_of_a_connection(x); },
            [=](const entered_room& x) { not_of_a_connection(x); },
            [=](const refused& x) { not_of_a_connection(x); },
            [=](const removed_from_room& x) { not_of_a_connection(x); },
            [=](const access_revoked& x) { not_of_a_connection(x); },
            [=](const renamed& x) { not_of_a_connection(x); },
            [=](const push_frame& x) { not_of_a_connection(x); },
            [=](const room_news& x) { not_of_a_connection(x); },
            [=](const replaced& x) { not_of_a_connection(x); },
            [=](const drain& x) { not_of_a_connection(x); }};
  }

private:
  std::shared_ptr<told> told_;
  std::shared_ptr<connection_port> port_;
};

} // namespace

caf::actor_system_config& connected::prepared(caf::actor_system_config& cfg) {
  add_messages(cfg);
  return cfg;
}

connected::connected()
  : system_(prepared(config_)), loop_(system_),
    acceptor_(loop_.context(), net::stream::tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {}

connected::~connected() {
  set().cut_all();
  while (loop_.turn()) {
  }
  EXPECT_EQ(sockets, 0);
  EXPECT_EQ(websockets, 0);
  EXPECT_EQ(set().size(), 0U);
  for (const auto& x : links_) {
    EXPECT_TRUE(x.gone());
    EXPECT_EQ(x.session->lost, 1);
  }
}

net::connection_set& connected::set() {
  if (!set_)
    set_.emplace(loop_, options, sockets, websockets);
  return *set_;
}

link& connected::connect(const how& x) {
  auto& out = links_.emplace_back();
  const bool secure = GetParam() == transport::tls;
  out.client = std::make_unique<peer>(acceptor_.local_endpoint(), x.small_window, secure);
  auto accepted = secure ? net::stream(acceptor_.accept(), some_tls()) : net::stream(acceptor_.accept());
  for (bool done = false; !done;) {
    const bool of_client = out.client->shake();
    done = accepted.handshake().how == net::progress::end::done && of_client;
  }
  out.client->takes_packed = x.deflate.window_bits != 0;
  auto port = std::make_shared<connection>(set(), std::move(accepted), x.leftover, x.takes_binary, x.deflate);
  port->bind(spawn_pinned<listening_session>(system_, loop_.place(), out.session, port));
  if (x.reading)
    port->start_reading();
  out.server = port;
  return out;
}

void connected::turn() {
  loop_.turn();
  for (auto& x : links_) {
    x.client->push();
    if (x.reads)
      x.client->pull();
  }
}

void connected::until(const std::function<bool()>& done) {
  const auto end = connection::clock::now() + deadline;
  while (!done()) {
    if (connection::clock::now() > end)
      throw std::runtime_error("what was waited for did not happen");
    turn();
    std::this_thread::yield();
  }
}

void connected::say(link& from, std::string_view bytes) {
  until([&] {
    bytes.remove_prefix(from.client->send_some(bytes));
    return bytes.empty();
  });
}

void connected::settle(link& x) {
  const auto mark = "settled " + std::to_string(++settled_);
  say(x, client_frame(opcode::ping, mark));
  until([&] {
    return std::any_of(x.client->frames.begin(), x.client->frames.end(),
                       [&](const auto& f) { return f.op == opcode::pong && f.payload == mark; });
  });
  std::erase_if(x.client->frames, [&](const auto& f) { return f.op == opcode::pong && f.payload == mark; });
  turn(); // the session hears what came before the ping
}

} // namespace parley::test
