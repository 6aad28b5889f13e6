#include "tests/sim/ledger.hpp"

#include <algorithm>

namespace parley::sim {

namespace {

user_set members_of(const test::memory_state& now, room_id room) {
  user_set out = 0;
  for (auto it = now.members.lower_bound({room, user_id{}}); it != now.members.end() && it->first.first == room; ++it)
    out |= bit(it->first.second);
  if (const auto found = now.rooms.find(room); found != now.rooms.end() && found->second.config.allow_guests)
    out |= bit(anonymous_user);
  return out;
}

bool comes_before(const ledger::entry& x, message_id id) {
  return x.id < id;
}

} // namespace

void ledger::on_commit(const test::memory_state& now, bool told) {
  ++commits_;
  haunted_ = haunted_ || !told;
  for (const auto& [id, value] : now.rooms)
    rooms_.try_emplace(id);
  auto fresh = now.messages.end();
  while (fresh != now.messages.begin() && std::prev(fresh)->id > seen_)
    --fresh;
  std::map<room_id, user_set> after;
  for (auto& [id, log] : rooms_)
    after[id] = members_of(now, id);
  for (; fresh != now.messages.end(); ++fresh) {
    seen_ = fresh->id;
    auto& log = rooms_[fresh->room];
    log.entries.push_back({fresh->id,
                           fresh->sender,
                           fresh->client_msg_id.value_or(""),
                           {fresh->content},
                           log.members | after[fresh->room],
                           !told,
                           false});
    // A guest's name belongs to its connection, of which nothing is stored that could be told from another's.
    if (fresh->client_msg_id && fresh->sender != anonymous_user)
      doubled_ =
        !named_.try_emplace({{fresh->room, fresh->sender}, *fresh->client_msg_id}, fresh->id).second || doubled_;
  }
  for (auto& [id, log] : rooms_)
    log.members = after[id];
}

const std::vector<ledger::entry>& ledger::log(room_id room) const {
  static const std::vector<entry> none;
  const auto it = rooms_.find(room);
  return it == rooms_.end() ? none : it->second.entries;
}

const ledger::entry* ledger::find(room_id room, message_id id) const {
  const auto& all = log(room);
  const auto at = std::lower_bound(all.begin(), all.end(), id, comes_before);
  return at != all.end() && at->id == id ? &*at : nullptr;
}

ledger::entry* ledger::find(message_id id) {
  for (auto& [room, log] : rooms_)
    for (auto& x : log.entries)
      if (x.id == id)
        return &x;
  return nullptr;
}

message_id ledger::last(room_id room) const {
  const auto& all = log(room);
  return all.empty() ? message_id{} : all.back().id;
}

const ledger::entry* ledger::next(room_id room, message_id id) const {
  const auto& all = log(room);
  const auto at = std::find_if(std::lower_bound(all.begin(), all.end(), message_id{id.value + 1}, comes_before),
                               all.end(), [](const entry& x) { return !x.ghost; });
  return at == all.end() ? nullptr : &*at;
}

bool ledger::adjoin(room_id room, message_id before, message_id after) const {
  const auto* const following = next(room, before);
  return following == nullptr || following->id >= after;
}

} // namespace parley::sim
