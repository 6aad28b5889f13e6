#include "tests/support/small_node.hpp"

#include <caf/actor_cast.hpp>

#include <algorithm>

namespace parley::test {

// -- client ------------------------------------------------------------------------------

void client::says(const std::string& type, json payload, const json& id) const {
  json frame{{"type", type}, {"payload", std::move(payload)}};
  if (!id.is_null())
    frame["id"] = id;
  says(frame);
}

void client::posts(room_id room, const std::string& text, const std::string& client_msg_id) const {
  json body{{"content", text}};
  if (!client_msg_id.empty())
    body["client_msg_id"] = client_msg_id;
  if (shape_ == wire_shape::envelope) {
    body["room_id"] = room.value;
    says("send_message", body);
  } else {
    body["type"] = "chat_message";
    says(body);
  }
}

void client::types(room_id room, bool is_typing) const {
  if (shape_ == wire_shape::envelope)
    says("typing", {{"room_id", room.value}, {"is_typing", is_typing}});
  else
    says({{"type", "typing"}, {"is_typing", is_typing}});
}

std::vector<json> client::heard(const std::string& type) const {
  std::vector<json> out;
  for (const auto& x : port->frames)
    if (x.at("type") == type)
      out.push_back(shape_ == wire_shape::envelope ? x.at("payload") : x);
  return out;
}

std::vector<std::string> client::types_heard() const {
  std::vector<std::string> out;
  for (const auto& x : port->frames)
    out.push_back(x.at("type"));
  return out;
}

std::vector<json> client::messages() const {
  if (shape_ == wire_shape::envelope)
    return heard("room_message");
  std::vector<json> out;
  for (const auto& x : heard("chat_message"))
    out.push_back(x.at("message"));
  return out;
}

std::vector<std::int64_t> client::ids() const {
  std::vector<std::int64_t> out;
  for (const auto& x : messages())
    out.push_back(x.at("id"));
  return out;
}

std::vector<std::string> client::texts() const {
  std::vector<std::string> out;
  for (const auto& x : messages())
    out.push_back(x.at("content"));
  return out;
}

std::vector<std::string> client::errors() const {
  std::vector<std::string> out;
  for (const auto& x : heard("error"))
    out.push_back(x.at("code"));
  return out;
}

// -- small_node ----------------------------------------------------------------------------

small_node::small_node(session_options options, limits_are limits, std::chrono::milliseconds presence_grace)
  : gate_("no token is checked with it", clock()) {
  for (std::uint32_t i = 0; i < threads; ++i)
    hubs.push_back(spawn_pinned<hub>(system(), pin{}, gate_, clock()));
  reader = system().spawn<db_reader>(store.open_reader());
  writer = system().spawn<db_writer>(store.open_writer());
  gate = spawn_pinned<write_gate>(system(), pin{}, writer, clock(), [this] { return suspended; });
  auto inside = std::make_shared<room_environment>();
  auto start_room = [this, inside](storage::room_state state) {
    auto id = state.value.id;
    room_actor made = spawn_pinned<live_room>(system(), pin{}, inside, std::move(state));
    started_.emplace_back(id, made);
    return made;
  };
  const auto retired = [this](room_id id) {
    if (when_retired)
      when_retired(id);
  };
  rooms = spawn_pinned<placement>(system(), pin{}, std::vector{reader}, start_room, clock(), retired);
  directory = spawn_pinned<parley::directory>(system(), pin{}, hubs, clock());
  tasks = spawn_pinned<task_board>(system(), pin{}, gate, std::vector{reader}, clock());
  *inside = {rooms, directory, gate, {reader}, {clock(), presence_grace, [this] { return suspended; }}};
  for (std::uint32_t i = 0; i < threads; ++i)
    environments_.push_back(
      std::make_shared<session_environment>(session_environment{hubs[i],
                                                                rooms,
                                                                directory,
                                                                tasks,
                                                                {reader},
                                                                &tokens,
                                                                limits == limits_are::on ? &limits_ : nullptr,
                                                                clock(),
                                                                options}));
  settle();
}

small_node::~small_node() {
  release_all();
  auto end = [](const auto& who) { caf::anon_send_exit(who, caf::exit_reason::user_shutdown); };
  for (const auto& x : clients_)
    end(x.session);
  end(rooms);
  end(directory);
  end(tasks);
  for (const auto& [id, x] : started_)
    end(x);
  for (const auto& x : hubs)
    end(x);
  end(gate);
  end(writer);
  end(reader);
  settle();
}

std::string small_node::token(user_id user, std::chrono::milliseconds lifetime, const std::string& family) {
  auto text = "token" + std::to_string(next_token_++);
  tokens.set(text, auth::access_claims{user, now() + lifetime, now(), text, family});
  return text;
}

client& small_node::start(socket_kind kind, std::optional<std::string> token, std::string subject,
                          std::string guest_name) {
  connection_id id{static_cast<std::int64_t>(clients_.size()) + 1};
  auto& made = clients_.emplace_back(id, kind == socket_kind::rooms ? wire_shape::envelope : wire_shape::flat);
  const auto& env = environments_[clients_.size() % threads];
  made.session =
    spawn_session(system(), pin{}, kind, env,
                  {id, made.port, std::move(token), std::move(subject), language::en, std::move(guest_name)});
  return made;
}

client& small_node::connect(std::optional<std::string> token) {
  return start(socket_kind::rooms, std::move(token), {});
}

client& small_node::connect_chat(const std::string& room, std::optional<std::string> token, std::string guest_name) {
  return start(socket_kind::chat, std::move(token), room, std::move(guest_name));
}

client& small_node::connect_to(socket_kind kind, const std::string& subject, std::optional<std::string> token) {
  return start(kind, std::move(token), subject);
}

session_actor small_node::spawn_on(socket_kind kind, session_start start) {
  return spawn_session(system(), pin{}, kind, environments_.front(), std::move(start));
}

client& small_node::inside(user_id user, room_id room, wire_shape shape) {
  auto& out =
    shape == wire_shape::envelope ? connect(token(user)) : connect_chat(std::to_string(room.value), token(user));
  settle();
  if (shape == wire_shape::envelope)
    out.joins(room);
  settle();
  out.forget();
  return out;
}

client& small_node::signed_in(user_id user) {
  auto& out = connect(token(user));
  settle();
  out.forget();
  return out;
}

std::int64_t small_node::active_users(room_id room) {
  auto out = ask<occupancies>(rooms, get_occupancy{{room}});
  settle();
  return out->value.value().rooms.at(0).active_users;
}

writer_figures small_node::figures() {
  auto out = ask<writer_figures>(writer, get_writer_figures{});
  settle();
  return out->value.value();
}

const room_actor& small_node::live(room_id room) const {
  auto at = std::find_if(started_.rbegin(), started_.rend(), [room](const auto& x) { return x.first == room; });
  if (at == started_.rend())
    throw std::runtime_error("the room was not started");
  return at->second;
}

int small_node::alive(room_id room) const {
  return static_cast<int>(std::count_if(started_.begin(), started_.end(), [room](const auto& x) {
    auto* it = caf::actor_cast<caf::abstract_actor*>(x.second);
    return x.first == room && !dynamic_cast<caf::local_actor&>(*it).getf(caf::abstract_actor::is_cleaned_up_flag);
  }));
}

} // namespace parley::test
