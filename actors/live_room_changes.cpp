// Changes to the room itself and to who belongs to it. Each is committed before anybody hears of it.
#include "actors/live_room_inline.hpp"

namespace parley {

void live_room::as_owner(user_id by, std::function<void()> then, std::function<void(error_code)> failed) {
  if (gone_)
    failed(error_code::room_not_found);
  else if (by == room_.owner)
    then();
  else
    with_right(
      by, [failed](const right& access) { failed(access.who ? error_code::owner_only : error_code::not_a_member); },
      failed);
}

void live_room::change(user_id by, promise<room_view> out,
                       std::function<storage::result<room>(storage::writer&)> step) {
  auto failed = [out](error_code why) mutable { out.deliver(caf::make_error(why)); };
  auto apply_change = [this, out, failed, step = std::move(step)] {
    write(
      step,
      [this, out, failed](storage::result<room>& changed) mutable {
        if (!changed) {
          failed(changed.error());
          return;
        }
        room_ = *changed;
        broadcast(room_updated{room_, live()});
        if (!room_.config.allow_guests)
          put_out(anonymous_user);
        out.deliver(room_view{room_, live()});
      },
      failed);
  };
  as_owner(by, apply_change, failed);
}

void live_room::dissolve(user_id by, promise<finished> out) {
  auto failed = [out](error_code why) mutable { out.deliver(caf::make_error(why)); };
  auto delete_it = [this, out, failed] {
    write([id = room_.id](storage::writer& w) { return w.delete_room(id); },
          [this, out, failed](storage::result<void>& deleted) mutable {
            if (!deleted) {
              failed(deleted.error());
              return;
            }
            closed_down();
            out.deliver(finished{});
          },
          failed);
  };
  as_owner(by, delete_it, failed);
}

void live_room::closed_down() {
  gone_ = true;
  broadcast(room_closed{room_.id});
  for (const auto& [connection, x] : visitors_) {
    const auto& hub = env_->hubs[x.from.thread];
    send(hub, detach_listener{room_.id, connection});
    if (x.from.shape == wire_shape::flat)
      send(hub, close_connection{connection, close_code::no_room, "the room was dissolved"});
    send(x.from.session, removed_from_room{room_.id});
  }
  visitors_.clear();
  present_.clear();
  send(env_->directory, room_gone{room_.id}); // who ends this actor when nobody can know its address any more
}

void live_room::become(user_id user, promise<finished> out) {
  auto failed = [out](error_code why) mutable { out.deliver(caf::make_error(why)); };
  with_right(
    user,
    [this, user, out, failed](const right& access) mutable {
      auto verdict = error_code::none;
      if (gone_)
        verdict = error_code::room_not_found;
      else if (access.who)
        verdict = error_code::already_member;
      else if (access.banned)
        verdict = error_code::banned;
      else if (room_.config.join == join_policy::invite)
        verdict = error_code::invite_only;
      else if (room_.config.join != join_policy::open)
        verdict = error_code::forbidden;
      if (verdict != error_code::none) {
        failed(verdict);
        return;
      }
      lanes_.hold(user);
      write([room = room_.id, user,
             now = env_->now()](storage::writer& w) { return w.add_member(room, user, member_role::member, now); },
            [this, user, out, failed](storage::result<membership>& added) mutable {
              if (added) {
                remember(user, right{*added, false});
                out.deliver(finished{});
              } else {
                failed(added.error());
              }
              lanes_.release(user);
            },
            [this, user, failed](error_code why) mutable {
              failed(why);
              lanes_.release(user);
            });
    },
    failed);
}

void live_room::expel(const remove_member& x, promise<finished> out) {
  auto failed = [out](error_code why) mutable { out.deliver(caf::make_error(why)); };
  with_right(
    x.by,
    [this, x, out, failed](const right& actor) mutable {
      if (gone_)
        failed(error_code::room_not_found);
      else if (!actor.who)
        failed(error_code::not_a_member);
      else if (x.by == x.target)
        expel_with(x, actor, out);
      else
        with_right(
          x.target,
          [this, x, out, failed, actor](const right& target) mutable {
            auto verdict = error_code::none;
            if (target.who)
              verdict = may_remove(*actor.who, *target.who);
            else if (!actor.who->moderates())
              verdict = error_code::moderator_only;
            else if (!x.ban)
              verdict = error_code::user_not_found;
            if (verdict != error_code::none)
              failed(verdict);
            else
              expel_with(x, actor, out);
          },
          failed);
    },
    failed);
}

void live_room::expel_with(const remove_member& x, const right& actor, promise<finished> out) {
  if (x.target == room_.owner) {
    out.deliver(caf::make_error(x.by == x.target ? error_code::owner_cannot_leave : error_code::owner_only));
    return;
  }
  bool ban = x.ban && actor.who->moderates() && x.by != x.target;
  write([room = room_.id, x, ban,
         now = env_->now()](storage::writer& w) { return w.remove_member(room, x.target, ban, now); },
        [this, x, ban, out](storage::result<void>& removed) mutable {
          if (!removed) {
            out.deliver(caf::make_error(removed.error()));
            return;
          }
          remember(x.target, right{std::nullopt, ban});
          put_out(x.target);
          out.deliver(finished{});
        },
        [out](error_code why) mutable { out.deliver(caf::make_error(why)); });
}

} // namespace parley
