#include "tests/sim/world.hpp"

#include "protocol/limits.hpp"

#include <algorithm>

namespace parley::sim {

world::world(stage& where, std::uint64_t seed, plant fault, trace& notes)
  : stage_(where), fate_(seed), plant_(fault), trace_(notes), began_at_((where.begin(), where.now())),
    plan_(plan::draw(fate_)) {
  disk_.before = [this](test::store_call what) { before_call(what); };
  disk_.after_commit = [this] { after_commit(); };
  disk_.after_find_missed = [this] { take_your_time(); };
  disk_.loses = [this] { return lose_some(); };
  disk_.before_store = [this](const auto& drafts) { freeze(drafts); };
  disk_.knows_commits = plant_ != plant::acked_twice;
  disk_.finds_repeats = plant_ != plant::forgotten_name;
  if (plan_.small_buffers) {
    link_options_.outbox_bytes = static_cast<std::size_t>(fate_.between(1200, 4000));
    link_options_.wire_bytes = static_cast<std::size_t>(fate_.between(300, 3000));
  }
  link_options_.ends_unsaid = plant_ == plant::silent_break;
  link_options_.loses_answers = plant_ == plant::lost_answer;
  link_options_.loses_presence = plant_ == plant::lost_presence;
}

world::~world() {
  if (node_ != nullptr) // somebody threw
    end_node(false);
}

void world::furnish() {
  for (int i = 0; i < plan_.users; ++i)
    users_.push_back(disk_.add_user("u" + std::to_string(i + 2)));
  for (int i = 0; i < plan_.rooms; ++i) {
    room_config config;
    config.join = static_cast<join_policy>(fate_.below(3));
    config.history = fate_.chance(70) ? history_policy::all : static_cast<history_policy>(fate_.below(3));
    config.allow_guests = fate_.chance(25);
    const auto id = disk_.add_room(any_user(), config);
    rooms_.push_back(id);
    for (auto who : users_)
      if (!disk_.committed.members.contains({id, who}) && fate_.chance(75))
        disk_.add_member(id, who, fate_.chance(15) ? member_role::moderator : member_role::member);
  }
  if (plan_.long_log) // some of what a device missed is more than a resume brings
    for (auto count =
           fate_.between(static_cast<int>(limits::replay_max) - 100, static_cast<int>(limits::replay_max) + 100);
         count > 0; --count)
      disk_.add_message(rooms_.front(), disk_.committed.rooms.at(rooms_.front()).owner, "old");
  for (int i = 0; i < plan_.devices; ++i) {
    device made;
    made.user = users_[static_cast<std::size_t>(i) % users_.size()];
    if (fate_.chance(35)) {
      made.shape = wire_shape::flat;
      made.room = any_room();
      if (fate_.chance(20))
        made.user = anonymous_user;
    }
    if (plan_.long_log)
      made.last[rooms_.front()] = message_id{fate_.between(1, 60)};
    devices_.push_back(std::move(made));
  }
}

std::optional<broken_promise> world::run() {
  furnish();
  trace_.line("{} users, {} rooms, {} devices, {} acts", plan_.users, plan_.rooms, plan_.devices, plan_.acts);
  start_node();
  healed_ = false;
  run_acts();
  if (!failed())
    heal();
  if (!failed())
    live_on();
  if (!failed())
    say_goodbye();
  end_node(false);
  return witness_.broken();
}

void world::start_node() {
  const bool was_healed = std::exchange(healed_, true);
  uncover();
  frozen_ = disk_.open_writer();
  fence();
  if (plant_ == plant::read_ahead_ids)
    take_block();
  node_ = std::make_unique<node>(stage_, disk_, plan_.presence_grace, [this] { return doubtful_; });
  truth_.lay_ghosts();
  healed_ = was_healed;
  witness_.check_acknowledged();
}

void world::run_acts() {
  for (int i = 0; i < plan_.acts && !failed(); ++i) {
    act();
    churn(fate_.below(plan_.spread + 1));
  }
}

void world::act() {
  auto percent = fate_.below(100);
  auto falls_on = [&percent](unsigned share) {
    const bool hit = percent < share;
    percent -= hit ? 0 : share;
    return hit;
  };
  if (falls_on(plan_.crashes))
    crash();
  else if (falls_on(plan_.drains))
    drain();
  else if (falls_on(plan_.takeovers))
    take_over();
  else if (falls_on(plan_.doubts))
    doubt();
  else if (!late_.empty() && fate_.chance(20))
    thaw();
  else if (falls_on(plan_.holds))
    stage_.hold_one(fate_, fate_.below(3 * plan_.spread + 5));
  else if (falls_on(plan_.breaks + plan_.silent_breaks + plan_.stalls))
    disturb();
  else if (falls_on(plan_.http))
    use_http();
  else if (falls_on(plan_.moderation))
    moderate();
  else if (falls_on(plan_.access))
    change_access();
  else if (falls_on(plan_.long_waits))
    wait_long();
  else if (falls_on(plan_.waits))
    pass_time(std::chrono::milliseconds(fate_.chance(80) ? fate_.between(1, 900) : fate_.between(1'000, 9'000)));
  else
    use_device();
}

void world::churn(std::size_t steps) {
  for (; steps > 0 && !failed(); --steps) {
    if (fate_.chance(65) && stage_.step(fate_))
      continue;
    if (links_.empty())
      continue;
    auto& way = fate_.pick(links_);
    const auto owner = std::ranges::find_if(devices_, [&way](const device& x) { return x.way.get() == way.get(); });
    move_one(*way, owner == devices_.end() ? nullptr : &*owner);
    if (way->is_closed() && !way->client_is_there()) {
      std::swap(way, links_.back());
      links_.pop_back();
    }
  }
}

bool world::move_one(link& way, device* owner) {
  switch (fate_.below(3)) {
  case 0:
    return way.flush();
  case 1:
    return way.read_one();
  default:
    break;
  }
  if (owner == nullptr || way.stopped_reading)
    return false;
  const auto* what = way.listen(fate_.chance(70) ? 4096 : fate_.below(400) + 1);
  if (what == nullptr)
    return false;
  note(way, *what);
  owner->hear(*what);
  return true;
}

void world::note(const link& way, const heard& what) {
  trace_.line("{} hears {} {} message {} user {} room {} {} {}", way.id().value, what.type, what.flag,
              what.message.value, what.user.value, what.room.value, what.content, what.code);
}

void world::pass_time(std::chrono::milliseconds by) {
  trace_.line("{} ms pass", by.count());
  stage_.advance(by);
  trace_.at(stage_.now() - began_at_);
  for (const auto& x : links_)
    x->check();
}

void world::wait_long() {
  const auto time = std::chrono::seconds(fate_.between(60, 90));
  trace_.line("a long wait");
  if (fate_.chance(60))
    for (const auto& x : links_)
      x->leave_politely();
  // Nobody dawdles for so long: what a room was asked in time reaches it before it is put away.
  stage_.release_all();
  constexpr std::chrono::seconds slice{10};
  for (auto left = time; left.count() > 0 && !failed(); left -= slice) {
    pass_time(std::min(slice, left));
    churn(2 * plan_.spread);
    stage_.settle(fate_);
  }
}

void world::crash() {
  trace_.line("the node crashes");
  end_node(false);
  start_node();
}

void world::drain() {
  trace_.line("the node is told to stop");
  node_->drain();
  for (int i = 0; i < 6; ++i) {
    use_device(); // until it is gone, it answers who comes and who stays
    churn(10 * plan_.spread);
    pass_time(std::chrono::milliseconds(100));
  }
  stage_.release_all();
  stage_.settle(fate_);
  end_node(true);
  start_node();
}

/// It serves on for a while and stores nothing, until it notices.
void world::take_over() {
  trace_.line("another node takes the place of this one");
  fence();
  doubtful_ = fate_.chance(50);
  serve_on();
  doubtful_ = false;
  end_node(false);
  start_node();
}

/// The database is silent for a while, and nobody took the place.
void world::doubt() {
  trace_.line("the node does not know whether its place is still its own");
  doubtful_ = true;
  serve_on();
  doubtful_ = false;
}

void world::serve_on() {
  for (int i = 0; i < 3; ++i) {
    use_device();
    churn(3 * plan_.spread);
    pass_time(std::chrono::milliseconds(100));
  }
}

void world::end_node(bool disk_works) {
  dead_ = !disk_works;
  open_calls_ = 0;
  ++life_;
  node_->end(links_, fate_);
  node_.reset();
  links_.clear();
  removed_.clear();
  first_asked_.clear();
  dead_ = false;
  if (!disk_works)
    withheld_.reset();
  for (auto& x : devices_)
    x.way.reset();
  if (const auto left = stage_.running(); left > 0)
    witness_.fail("nothing left over", fmt::format("{} actors outlived their node", left));
  if (const auto held = ears_.still_held(); held > 0)
    witness_.fail("nothing left over", fmt::format("{} frames outlived their node", held));
}

} // namespace parley::sim
