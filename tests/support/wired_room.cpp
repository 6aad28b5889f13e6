#include "tests/support/wired_room.hpp"

#include "actors/db_reader.hpp"
#include "actors/directory.hpp"
#include "actors/hub.hpp"
#include "actors/placement.hpp"
#include "actors/write_gate.hpp"
#include "tests/net/client_frame.hpp"
#include "tests/net/deadline.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace parley::test {
namespace {

/// Clients that join before their sockets are emptied: each hears of the others.
constexpr std::size_t joins_at_once = 100;

/// Commits each message alone and at once: what it costs is a message pass there and one back.
class prompt_writer final : public pinned<committer_actor> {
public:
  prompt_writer(caf::actor_config& cfg, pin where, std::unique_ptr<storage::writer> store,
                std::shared_ptr<std::int64_t> count)
    : pinned(cfg, where), store_(std::move(store)), count_(std::move(count)) {}

protected:
  behavior_type make_behavior() override {
    return {
      [this](append_message& x) {
        auto& draft = x.draft;
        message stored{.id = message_id{++*count_},
                       .room = draft.room,
                       .sender = draft.sender.id,
                       .sender_username = std::move(draft.sender.username),
                       .content = std::move(draft.post.content),
                       .type = draft.post.type,
                       .sent_at = draft.sent_at,
                       .edited_at = {},
                       .deleted = false,
                       .client_msg_id = std::move(draft.post.client_msg_id)};
        committed out;
        out.outcomes.push_back({x.ticket, storage::appended{std::move(stored)}});
        send(x.room, std::move(out));
      },
      [this](const write_request& x) {
        store_->begin();
        x.job->run(*store_);
        store_->commit();
        return finished{};
      },
      [](const get_writer_figures&) { return writer_figures{}; },
      [](const flush&) {},
      [](const tick&) {},
    };
  }

private:
  std::unique_ptr<storage::writer> store_;
  std::shared_ptr<std::int64_t> count_;
};

/// Takes the whole frames from the front and counts them.
std::size_t take_whole(std::string& bytes) {
  std::size_t at = 0;
  std::size_t count = 0;
  const auto byte = [&](std::size_t i) { return std::size_t{static_cast<unsigned char>(bytes[at + i])}; };
  while (bytes.size() >= at + 4) { // no frame that a room sends is shorter
    const auto size = byte(1) < 126 ? 2 + byte(1) : 4 + (byte(2) << 8 | byte(3));
    if (byte(1) > 126 || bytes.size() < at + size)
      break;
    at += size;
    ++count;
  }
  bytes.erase(0, at);
  return count;
}

} // namespace

wired_room::wired_room(std::size_t members)
  : loop_(base_.system()), acceptor_(loop_.context(), {boost::asio::ip::address_v4::loopback(), 0}),
    connections_(loop_, {}, sockets_, websockets_), gate_("no token is checked with it", base_.clock()) {
  const auto place = loop_.place();
  auto& system = base_.system();
  hub_ = spawn_pinned<hub>(system, place, gate_, base_.clock());
  writer_ = spawn_pinned<prompt_writer>(system, place, store_.open_writer(), committed_);
  write_gate_ = spawn_pinned<write_gate>(system, place, writer_, base_.clock());
  reader_ = system.spawn<db_reader>(store_.open_reader());
  auto inside = std::make_shared<room_environment>();
  auto start_room = [&system, place, inside](storage::room_state state) {
    return room_actor{spawn_pinned<live_room>(system, place, inside, std::move(state))};
  };
  placement_ = spawn_pinned<placement>(system, place, std::vector{reader_}, start_room, base_.clock());
  directory_ = spawn_pinned<directory>(system, place, std::vector{hub_}, base_.clock());
  *inside = {placement_, directory_, write_gate_, {reader_}, {base_.clock()}};
  sessions_ = std::make_shared<const session_environment>(
    session_environment{hub_, placement_, directory_, {}, {reader_}, &tokens_, nullptr, base_.clock(), {}});
  open(members);
  for (std::size_t i = 0; i < members; i += joins_at_once)
    join(i, std::min(joins_at_once, members - i));
  message_ = text(R"({"type":"send_message","payload":{"room_id":)" + std::to_string(room_.value) + R"(,"content":")" +
                  std::string(content_bytes, 'x') + R"("}})");
}

wired_room::~wired_room() {
  connections_.cut_all();
  settle();
  const auto end = [](const auto& who) { caf::anon_send_exit(who, caf::exit_reason::user_shutdown); };
  end(placement_); // takes the room along
  end(directory_);
  end(hub_);
  end(write_gate_);
  end(writer_);
  end(reader_);
  settle();
}

void wired_room::open(std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const auto name = "member" + std::to_string(i);
    const auto user = store_.add_user(name);
    if (i == 0)
      room_ = store_.add_room(user);
    else
      store_.add_member(room_, user);
    tokens_.set(name, auth::access_claims{user, base_.now() + std::chrono::hours(1), base_.now(), name, {}});
    clients_.push_back({raw_socket(acceptor_.local_endpoint().port()), {}});
    const connection_id id{static_cast<std::int64_t>(i) + 1};
    auto port = std::make_shared<net::connection>(connections_, net::stream(acceptor_.accept()), std::string_view());
    auto session =
      spawn_session(base_.system(), loop_.place(), socket_kind::rooms, sessions_, {id, port, name, {}, language::en});
    auto* const direct = inbound_port_of(session);
    port->bind(std::move(session), direct);
  }
  settle();
  take_frames();
}

void wired_room::join(std::size_t first, std::size_t count) {
  const auto frame = text(R"({"type":"join_room","payload":{"room_id":)" + std::to_string(room_.value) + "}}");
  for (auto i = first; i < first + count; ++i)
    clients_[i].socket.send(frame);
  settle();
  take_frames();
}

void wired_room::settle() {
  bool busy = true;
  while (busy) {
    base_.settle();
    busy = loop_.turn();
  }
}

void wired_room::post(std::size_t count) {
  if (burst_.size() != count * message_.size()) {
    burst_.clear();
    for (std::size_t i = 0; i < count; ++i)
      burst_ += message_;
  }
  const auto due = *committed_ + static_cast<std::int64_t>(count);
  clients_.front().socket.send(burst_);
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (*committed_ < due) {
    if (!loop_.turn() && std::chrono::steady_clock::now() > end)
      throw std::runtime_error("the messages do not come to the writer");
  }
  while (loop_.turn()) {
  }
}

std::size_t wired_room::take_frames() {
  std::array<char, 65'536> piece; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by receive
  std::size_t frames = 0;
  for (auto& x : clients_) {
    while (const auto size = x.socket.receive(piece))
      x.unread.append(piece.data(), size);
    frames += take_whole(x.unread);
  }
  return frames;
}

} // namespace parley::test
