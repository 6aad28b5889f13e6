#include "tests/sim/node.hpp"

#include "actors/db_reader.hpp"
#include "actors/db_writer.hpp"
#include "actors/directory.hpp"
#include "actors/hub.hpp"
#include "actors/placement.hpp"
#include "actors/write_gate.hpp"
#include "auth/token.hpp"

#include <caf/send.hpp>

#include <utility>

namespace parley::sim {

namespace {

constexpr std::string_view secret = "the simulated node's secret, 32 bytes";

} // namespace

node::node(stage& where, test::memory_store& disk, std::chrono::milliseconds presence_grace,
           const std::function<bool()>& suspended)
  : where_(where) {
  auto store = disk.open_writer();
  store->begin();
  vacate_rooms(*store);
  store->commit();
  const auto revoked = disk.open_reader()->tokens().find_revocations(where.now());

  auto& system = where.system();
  const auto place = where.place();
  for (std::uint32_t i = 0; i < threads; ++i) {
    auto& gate = gates_.emplace_back(std::string(secret), where.clock(), suspended);
    gate.revoke(revoked);
    hubs.push_back(spawn_pinned<hub>(system, place, gate, where.clock()));
    readers.push_back(system.spawn<db_reader>(disk.open_reader()));
  }
  committer_ = system.spawn<db_writer>(std::move(store));
  writer = spawn_pinned<write_gate>(system, place, committer_, where.clock(), suspended);
  auto inside = std::make_shared<room_environment>();
  auto start_room = [&system, place, inside](storage::room_state state) {
    return room_actor{spawn_pinned<live_room>(system, place, inside, std::move(state))};
  };
  placement = spawn_pinned<parley::placement>(system, place, readers, start_room, where.clock());
  directory = spawn_pinned<parley::directory>(system, place, hubs, where.clock());
  *inside = {placement, directory, writer, readers, {where.clock(), presence_grace, suspended}};
  inside->options.new_token = [] { return std::string("secret"); };
  for (std::uint32_t i = 0; i < threads; ++i)
    environments_.push_back(std::make_shared<session_environment>(
      session_environment{hubs[i], placement, directory, {}, readers, &gates_[i], nullptr, where.clock(), {}}));
}

void node::open(const std::shared_ptr<link>& way, socket_kind kind, std::string token, std::string subject) {
  const auto& env = environments_[static_cast<std::size_t>(way->id().value) % threads];
  session_start start{way->id(), way, std::nullopt, std::move(subject), language::en};
  if (!token.empty())
    start.token = std::move(token);
  auto session = spawn_session(where_.system(), where_.place(), kind, env, std::move(start));
  sessions_.push_back(session);
  way->bind(std::move(session));
}

void node::keep(caf::actor call) {
  calls_.push_back(std::move(call));
}

void node::drain() {
  for (const auto& x : hubs)
    caf::anon_send(x, parley::drain{});
}

void node::end(const std::vector<std::shared_ptr<link>>& links, lot& fate) {
  for (const auto& x : links)
    x->vanish();
  where_.release_all();
  constexpr auto why = caf::exit_reason::user_shutdown;
  caf::anon_send_exit(placement, why); // takes its rooms along
  caf::anon_send_exit(directory, why);
  for (const auto& x : sessions_)
    caf::anon_send_exit(x, why);
  for (const auto& x : calls_)
    caf::anon_send_exit(x, why);
  for (const auto& x : hubs)
    caf::anon_send_exit(x, why);
  caf::anon_send_exit(writer, why);
  caf::anon_send_exit(committer_, why);
  for (const auto& x : readers)
    caf::anon_send_exit(x, why);
  where_.settle(fate);
  where_.drop_timers();
  sessions_.clear();
  calls_.clear();
}

std::string make_token(user_id user, timestamp issued_at, timestamp expires_at) {
  return auth::mint({user, expires_at, issued_at, {}, {}}, secret);
}

} // namespace parley::sim
