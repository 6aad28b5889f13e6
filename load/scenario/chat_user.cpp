#include "load/scenario/chat_user.hpp"

#include <algorithm>
#include <cassert>

namespace parley::load {

void chat_user::begin(chat_world& world, std::int64_t start_ns) {
  begun_ = true;
  ready_ns_ = start_ns;
  rest(world, start_ns);
}

void chat_user::on_due(chat_world& world, std::int64_t due_ns) {
  line_.push_back(due_ns);
  if (doing_ == doing::waiting && line_.size() == 1)
    world.wake_at(place_, due_ns);
}

void chat_user::on_inside(chat_world& world, std::int64_t now_ns) {
  room_ = 0;
  enter_to_ = rooms_ - 1;
  enter(world, now_ns);
}

void chat_user::on_entered(chat_world& world, std::int64_t now_ns) {
  if (doing_ != doing::entering)
    return;
  world.entering_took(now_ns - asked_ns_);
  entered(world, now_ns);
}

void chat_user::on_left(chat_world& world, std::int64_t now_ns) {
  if (doing_ != doing::leaving)
    return;
  world.took(deed::leave, now_ns - due_ns_);
  doing_ = doing::away;
  due_ns_ = now_ns + world.think_ns();
  world.wake_at(place_, due_ns_);
}

void chat_user::on_sent(chat_world& world, std::int64_t now_ns) {
  if (doing_ == doing::sending)
    finish(world, now_ns);
}

void chat_user::on_history(chat_world& world, std::int64_t now_ns) {
  if (doing_ != doing::reading)
    return;
  world.took(deed::history, now_ns - due_ns_);
  finish(world, now_ns);
}

void chat_user::on_wake(chat_world& world, std::int64_t now_ns) {
  switch (doing_) {
  case doing::waiting:
    return act(world, now_ns);
  case doing::typing:
    world.type(place_, room_, false);
    ready_ns_ = due_ns_;
    return say(world, due_ns_, now_ns);
  case doing::away:
    enter_to_ = room_;
    return enter(world, now_ns);
  default:
    return;
  }
}

void chat_user::on_refused(chat_world& world, std::int64_t now_ns) {
  if (doing_ == doing::sending || doing_ == doing::reading) {
    finish(world, now_ns);
  } else if (doing_ == doing::entering || doing_ == doing::leaving) {
    doing_ = doing::nothing_more;
  }
}

bool chat_user::busy() const {
  return doing_ == doing::connecting || doing_ == doing::entering || doing_ == doing::sending ||
         doing_ == doing::reading || doing_ == doing::leaving;
}

void chat_user::act(chat_world& world, std::int64_t now_ns) {
  if (scheduled_) {
    assert(!line_.empty());
    due_ns_ = line_.front();
    line_.pop_front();
  }
  deed_ = world.next_deed();
  room_ = world.pick(rooms_);
  switch (deed_) {
  case deed::text:
    return say(world, due_ns_, now_ns);
  case deed::typing:
    doing_ = doing::typing;
    due_ns_ = now_ns + world.think_ns();
    world.type(place_, room_, true);
    return world.wake_at(place_, due_ns_);
  case deed::history:
    doing_ = doing::reading;
    return world.read_history(place_, room_);
  case deed::leave:
    doing_ = doing::leaving;
    return world.leave(place_, room_);
  case deed::reconnect:
    doing_ = doing::connecting;
    return world.reconnect(place_);
  }
}

void chat_user::say(chat_world& world, std::int64_t intended_ns, std::int64_t now_ns) {
  doing_ = doing::sending;
  if (!world.say(place_, room_, intended_ns, std::max(intended_ns, ready_ns_)))
    finish(world, now_ns);
}

void chat_user::enter(chat_world& world, std::int64_t now_ns) {
  doing_ = doing::entering;
  asked_ns_ = now_ns;
  if (world.enter(place_, room_))
    entered(world, now_ns);
}

void chat_user::entered(chat_world& world, std::int64_t now_ns) {
  if (room_ != enter_to_) {
    ++room_;
    return enter(world, now_ns);
  }
  if (begun_ && deed_ == deed::reconnect)
    world.took(deed::reconnect, now_ns - due_ns_);
  finish(world, now_ns);
}

void chat_user::finish(chat_world& world, std::int64_t now_ns) {
  doing_ = doing::waiting;
  ready_ns_ = now_ns;
  if (begun_)
    rest(world, now_ns);
}

void chat_user::rest(chat_world& world, std::int64_t now_ns) {
  if (scheduled_) {
    if (!line_.empty())
      world.wake_at(place_, std::max(now_ns, line_.front()));
    return;
  }
  due_ns_ = now_ns + world.think_ns();
  world.wake_at(place_, due_ns_);
}

} // namespace parley::load
