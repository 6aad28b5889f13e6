// What client programs do in a simulated world, and what becomes of their connections.
#include "tests/sim/world.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace parley::sim {

namespace {

/// More than one of them fills a small buffer.
constexpr std::size_t long_content = 700;

/// Some sixteen of them are more than a room remembers.
constexpr std::size_t longest_content = 3900;

} // namespace

void world::renew_token(device& who) {
  who.issued_at = std::chrono::floor<std::chrono::seconds>(stage_.now());
  const bool brief = !healed_ && plan_.access > 0 && fate_.chance(40);
  who.token_ends_at = who.issued_at + std::chrono::seconds(brief ? fate_.between(2, 40) : 1800);
  who.token = make_token(who.user, who.issued_at, who.token_ends_at);
}

/// Before this, the user had not been in the room in this life of the node.
void world::ask_in(const device& who, room_id where) {
  ++asked_in_;
  first_asked_.try_emplace({where, who.user}, asked_in_);
  first_asked_.try_emplace({where, anonymous_user}, asked_in_); // a bad token may come in as a guest
}

void world::connect(device& who) {
  const bool guest = who.user == anonymous_user;
  if (!guest && (who.token.empty() || who.token_ends_at <= stage_.now()))
    renew_token(who);
  const connection_id id{next_connection_++};
  trace_.line("user {} connects as {}, {}", who.user.value, id.value, who.shape == wire_shape::flat ? "flat" : "/ws");
  frame_watcher& watcher = *this;
  who.way = std::make_shared<link>(id, who.user, who.shape, ears_, watcher, stage_.clock(), link_options_);
  if (!guest) {
    who.way->token_ends_at = who.token_ends_at;
    who.way->issued_at = who.issued_at;
  }
  links_.push_back(who.way);
  const bool flat = who.shape == wire_shape::flat;
  if (flat) {
    who.way->places[who.room] = {};
    ask_in(who, who.room);
  }
  node_->open(who.way, flat ? socket_kind::chat : socket_kind::rooms, guest ? std::string() : who.token,
              flat ? std::to_string(who.room.value) : std::string());
}

void world::use_device() {
  auto& who = fate_.pick(devices_);
  if (!who.is_connected())
    connect(who);
  else if (who.shape == wire_shape::flat)
    talk_flat(who);
  else
    talk(who);
}

void world::talk(device& who) {
  const auto where = any_room();
  const auto percent = fate_.below(100);
  trace_.line("{} does {} in room {}", who.way->id().value, percent, where.value);
  const auto at = who.way->places.find(where);
  const bool joined = at != who.way->places.end() && at->second.joined;
  if (percent < 12 || (!joined && percent < 75)) {
    ask_in(who, where);
    who.join(where, who.last.contains(where) && fate_.chance(75), plant_ == plant::resume_off_by_one ? 1 : 0);
  } else if (percent < 18)
    who.leave(where);
  else if (percent < 70)
    post_new(who, where);
  else if (percent < 82)
    post_again(who, where);
  else if (percent < 92)
    who.type(where, fate_.chance(80));
  else if (percent < 96)
    who.ping();
  else if (percent < 97)
    who.say_nonsense();
  else {
    renew_token(who);
    who.renew();
  }
}

void world::talk_flat(device& who) {
  const auto percent = fate_.below(100);
  trace_.line("{} does {}", who.way->id().value, percent);
  if (percent < 55)
    post_new(who, who.room);
  else if (percent < 70)
    post_again(who, who.room);
  else if (percent < 80)
    who.type(who.room, fate_.chance(80));
  else if (percent < 87)
    who.leave(who.room);
  else if (percent < 96)
    who.join(who.room, false);
  else
    who.ping();
}

void world::post_new(device& who, room_id where, bool always_named) {
  const auto number = next_post_++;
  auto content = fmt::format("m{}", number);
  if (plan_.small_buffers && fate_.chance(15))
    content.append(long_content, '.');
  if (plan_.long_contents && fate_.chance(80))
    content.append(longest_content, '.');
  const bool named = always_named || (who.user != anonymous_user && fate_.chance(80));
  const auto name = named ? fmt::format("n{}", number) : std::string();
  if (!name.empty()) {
    witness_.posted(where, who.user, name, content);
    posts_.push_back({where, who.user, name, content});
  }
  who.post(where, name, content);
}

void world::post_again(device& who, room_id where) {
  if (who.user == anonymous_user)
    return; // a name that a guest gave belongs to the connection that it had then
  std::vector<const post*> own;
  for (const auto& x : posts_)
    if (x.sender == who.user && x.room == where)
      own.push_back(&x);
  if (own.empty())
    return;
  const auto* const what = own[own.size() - 1 - fate_.below(std::min<std::size_t>(own.size(), 4))];
  who.post(where, what->name, what->content);
}

void world::disturb() {
  auto& who = fate_.pick(devices_);
  if (!who.is_connected())
    return;
  auto& way = *who.way;
  const auto of = fate_.below(plan_.breaks + plan_.silent_breaks + plan_.stalls);
  if (of < plan_.breaks) {
    trace_.line("{} breaks", way.id().value);
    way.break_off(fate_.below(4), false);
  } else if (of < plan_.breaks + plan_.silent_breaks) {
    trace_.line("{} is gone, and nobody says so", way.id().value);
    way.break_off(fate_.below(2), true);
  } else if (way.stopped_reading || fate_.chance(80)) {
    way.stopped_reading = !way.stopped_reading;
    trace_.line("{} reads: {}", way.id().value, !way.stopped_reading);
  } else {
    trace_.line("{} says goodbye", way.id().value);
    way.leave_politely();
  }
}

} // namespace parley::sim
