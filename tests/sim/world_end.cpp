// The end of a simulated world: everything works again, everything comes to rest, and what is left is looked at.
#include "actors/placement.hpp"
#include "tests/sim/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace parley::sim {

namespace {

constexpr std::size_t rest_limit = 100'000;

/// Who is in a room, as the server told its connections.
std::set<user_id> inside(const std::vector<std::shared_ptr<link>>& links, room_id room) {
  std::set<user_id> out;
  for (const auto& x : links)
    if (const auto at = x->places.find(room); x->is_open() && at != x->places.end() && at->second.joined)
      out.insert(x->user);
  return out;
}

} // namespace

void world::heal() {
  trace_.line("everything works again");
  healed_ = true;
  stage_.release_all();
  link_options_.outbox_bytes = link_options{}.outbox_bytes;
  link_options_.wire_bytes = link_options{}.wire_bytes;
  for (auto& x : devices_)
    if (x.way != nullptr)
      x.way->stopped_reading = false;
  rest();
  // Past two heartbeats, the end of a close, and the longest pause before `is_active` is written again.
  rest_for(std::chrono::seconds(40));
  // Whose token expired just now is told as there for the time of the grace; so is who follows meanwhile.
  const auto grace = std::chrono::ceil<std::chrono::seconds>(plan_.presence_grace);
  for (auto before = links_.size() + 1; links_.size() != before && !failed();) {
    before = links_.size();
    rest_for(grace);
  }
  check_rest();
}

/// Until nobody has anything to do but to wait for the time to pass.
void world::rest() {
  for (std::size_t i = 0; i < rest_limit && !failed(); ++i) {
    stage_.settle(fate_);
    bool moved = false;
    for (const auto& way : links_) {
      const auto owner = std::ranges::find_if(devices_, [&way](const device& x) { return x.way == way; });
      while (way->flush() || way->read_one())
        moved = true;
      if (owner == devices_.end())
        continue;
      while (const auto* what = way->listen(65'536)) {
        note(*way, *what);
        owner->hear(*what);
        moved = true;
      }
    }
    if (!moved) {
      std::erase_if(links_, [](const auto& x) { return x->is_closed() && !x->client_is_there(); });
      return;
    }
  }
  if (!failed())
    witness_.fail("everybody is served", "the network does not come to rest");
}

void world::rest_for(std::chrono::seconds time) {
  constexpr std::chrono::seconds leap{4}, step{1};
  // The last of it slowly: to leap over so much looks like a stall to whoever watches the writer's age, and what is
  // refused for that is tried again a second later.
  constexpr auto slowly = 3 * step;
  while (time.count() > 0 && !failed()) {
    const auto slice = std::min(time > slowly ? std::min(leap, time - slowly) : step, time);
    pass_time(slice);
    rest();
    time -= slice;
  }
}

void world::check_rest() {
  if (failed())
    return;
  witness_.check_acknowledged();
  if (open_calls_ != 0)
    witness_.fail("every request is answered", fmt::format("{} HTTP requests wait for ever", open_calls_));
  for (const auto& x : links_)
    if (x->is_open())
      check_link(*x);
  check_rooms();
  check_registries();
}

void world::check_link(const link& way) {
  const auto id = way.id().value;
  if (!way.client_is_there())
    witness_.fail("nothing left over", fmt::format("connection {} has nobody at its other end", id));
  if (way.questions.size() > way.flat_errors)
    witness_.fail("every request is answered",
                  fmt::format("connection {} waits for an answer to request {}", id, way.questions.front().request));
  if (way.user != anonymous_user && way.token_ends_at <= stage_.now())
    witness_.fail("members only", fmt::format("connection {} is open with an expired token", id));
  if (!truth_.is_haunted())
    for (const auto& x : disk_.committed.revoked.users)
      if (x.user == way.user && way.issued_at <= x.cutoff)
        witness_.fail("members only", fmt::format("connection {} is open with a revoked token", id));
  for (const auto& [room, at] : way.places) {
    if (!at.joined)
      continue;
    if (const auto* missing = truth_.next(room, at.last))
      witness_.fail("one order",
                    fmt::format("connection {} never heard message {} of room {}", id, missing->id.value, room.value));
    check_presence(way, room, at);
    for (const auto& [who, types] : at.typing)
      if (types && who != way.user)
        witness_.fail("typing stops", fmt::format("connection {} sees user {} type for ever", id, who.value));
    const auto& all = disk_.committed.messages;
    for (const auto& [known, content] : at.contents) {
      const auto stored = std::ranges::lower_bound(all, known, {}, &message::id);
      if (!truth_.is_haunted() && stored != all.end() && stored->id == known && stored->content != content)
        witness_.fail("one order", fmt::format("connection {} shows message {} as '{}' and it is '{}'", id, known.value,
                                               content, stored->content));
    }
  }
}

void world::check_presence(const link& way, room_id room, const place& at) {
  const auto id = way.id().value;
  const auto there = inside(links_, room);
  for (const auto& [who, online] : at.online)
    if (online != there.contains(who))
      witness_.fail("presence", fmt::format("connection {} takes user {} in room {} for {}", id, who.value, room.value,
                                            online ? "online" : "offline"));
  if (at.active_users >= 0 && at.active_users != std::ssize(there))
    witness_.fail("presence", fmt::format("connection {} takes room {} for one of {} users, and it has {}", id,
                                          room.value, at.active_users, there.size()));
  for (auto who : there)
    if (const auto first = first_asked_.find({room, who});
        who != way.user && !at.online.contains(who) && first != first_asked_.end() && first->second > at.entered_at)
      witness_.fail("presence",
                    fmt::format("connection {} never heard user {} come into room {}", id, who.value, room.value));
  for (auto who : at.company)
    if (!there.contains(who) && !at.online.contains(who))
      witness_.fail("presence",
                    fmt::format("connection {} never heard user {} leave room {}", id, who.value, room.value));
}

void world::check_rooms() {
  const auto& now = disk_.committed;
  auto counted = std::make_shared<occupancies>();
  node_->ask<occupancies>(node_->placement, get_occupancy{rooms_},
                          [counted](const tl::expected<occupancies, error_code>& x) { *counted = *x; });
  stage_.settle(fate_);
  for (std::size_t i = 0; i < rooms_.size(); ++i) {
    const auto room = rooms_[i];
    const auto there = inside(links_, room);
    if (!now.rooms.contains(room))
      continue;
    if (now.is_active(room) == there.empty())
      witness_.fail("is_active", fmt::format("room {} has {} users and is stored as {}", room.value, there.size(),
                                             there.empty() ? "active" : "not active"));
    if (counted->rooms.at(i).active_users != std::ssize(there))
      witness_.fail("presence", fmt::format("room {} has {} users, and {} for the placement", room.value, there.size(),
                                            counted->rooms.at(i).active_users));
    for (auto who : there) {
      const bool guest = who == anonymous_user;
      const bool may = guest ? now.rooms.at(room).config.allow_guests : now.members.contains({room, who});
      if (!may && !truth_.is_haunted())
        witness_.fail("members only", fmt::format("user {} is in room {} and is no member", who.value, room.value));
    }
  }
}

void world::check_registries() {
  auto known = std::make_shared<std::map<connection_id, std::vector<room_id>>>();
  for (const auto& hub : node_->hubs)
    node_->ask<connection_list>(hub, get_connections{{}}, [known](const tl::expected<connection_list, error_code>& x) {
      for (const auto& one : x->items)
        known->emplace(one.id, one.rooms);
    });
  stage_.settle(fate_);
  std::size_t open = 0;
  for (const auto& x : links_) {
    if (!x->is_open())
      continue;
    ++open;
    std::vector<room_id> rooms;
    for (const auto& [room, at] : x->places)
      if (at.joined)
        rooms.push_back(room);
    const auto found = known->find(x->id());
    if (found == known->end()) {
      witness_.fail("presence", fmt::format("connection {} is open, and no hub knows it", x->id().value));
      continue;
    }
    auto& registered = found->second;
    std::ranges::sort(registered);
    if (registered != rooms)
      witness_.fail("presence", fmt::format("connection {} is in {} rooms, and in {} for its hub", x->id().value,
                                            rooms.size(), registered.size()));
  }
  if (known->size() != open)
    witness_.fail("nothing left over",
                  fmt::format("{} connections are open, and {} for the hubs", open, known->size()));
}

/// Everybody can come, speak and be heard.
void world::live_on() {
  trace_.line("everybody comes back");
  for (auto who : users_) {
    device made;
    made.user = who;
    devices_.push_back(std::move(made));
    connect(devices_.back());
  }
  const auto first = devices_.size() - users_.size();
  rest();
  const auto members = disk_.committed.members; // before any of them comes in where the door is open
  std::vector<std::pair<device*, room_id>> joined;
  for (auto i = first; i < devices_.size(); ++i)
    for (auto room : rooms_)
      if (members.contains({room, devices_[i].user})) {
        ask_in(devices_[i], room);
        devices_[i].join(room, false);
        joined.emplace_back(&devices_[i], room);
      }
  rest();
  for (auto& [who, room] : joined) {
    const auto& at = who->way->places[room];
    if (who->way->is_open() && !at.joined && !truth_.is_haunted())
      witness_.fail("everybody is served",
                    fmt::format("user {} is a member of room {} and cannot come in", who->user.value, room.value));
    if (!who->way->is_open())
      witness_.fail("everybody is served", fmt::format("user {} cannot connect", who->user.value));
    if (failed())
      return;
    for (const auto& x : posts_)
      if (x.sender == who->user && x.room == room)
        who->post(room, x.name, x.content);
    post_new(*who, room, true);
  }
  rest();
  rest_for(std::chrono::seconds(8));
  check_rest();
  check_served(joined);
}

/// To be refused is an answer, and not good enough now.
void world::check_served(const std::vector<std::pair<device*, room_id>>& joined) {
  const auto& now = disk_.committed;
  for (const auto& [who, room] : joined) {
    const auto member = now.members.find({room, who->user});
    if (truth_.is_haunted() || member == now.members.end() || member->second.muted_until > stage_.now())
      continue;
    for (const auto& x : posts_)
      if (x.sender == who->user && x.room == room && !witness_.has_acknowledged(room, x.sender, x.name))
        witness_.fail("everybody is served",
                      fmt::format("user {} cannot post '{}' in room {}", x.sender.value, x.name, room.value));
  }
}

/// Everybody goes, and nothing is left.
void world::say_goodbye() {
  trace_.line("everybody goes");
  removed_.clear();
  for (const auto& x : links_)
    x->leave_politely();
  rest();
  rest_for(placement::idle_lifetime + 2 * placement::reap_interval);
  check_rest();
  if (const auto left = stage_.running(); left != node::idle_actors && !failed())
    witness_.fail("nothing left over",
                  fmt::format("{} actors are left of sessions, rooms and requests", left - node::idle_actors));
  for (auto& x : devices_)
    x.way.reset();
  if (!links_.empty())
    witness_.fail("nothing left over", fmt::format("{} connections are left", links_.size()));
  if (const auto held = ears_.still_held(); held > 0)
    witness_.fail("nothing left over", fmt::format("{} frames are still held", held));
}

} // namespace parley::sim
