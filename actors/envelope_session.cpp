#include "actors/envelope_session.hpp"

#include "actors/errors.hpp"

#include <algorithm>
#include <utility>

namespace parley {

// -- life ------------------------------------------------------------------------------

void envelope_session::begin(auth_status status) {
  if (status == auth_status::auth_error) {
    say_error(error_code::internal, {}, {});
    close(close_reasons::token_unchecked);
    return;
  }
  connected_reply hello{connection(), status, std::nullopt, env().options.heartbeat.count(), env().now()};
  if (signed_in())
    hello.user = user();
  reply(hello, {});
  if (status == auth_status::invalid_token) {
    close(close_reasons::invalid_token);
    return;
  }
  schedule();
  port().start_reading();
}

void envelope_session::leave_all() {
  for (auto& here : places_)
    if (here.room && (here.inside || here.joins > 0))
      send(here.room, leave_room{from({}), user().id, leave_room::cause::connection_lost});
  places_.clear();
}

void envelope_session::rename_in_rooms(const user_brief& user) {
  for (auto& here : places_)
    if (here.room)
      send(here.room, rename_member{user});
}

// -- what the client says ------------------------------------------------------------------

void envelope_session::on_text(std::string_view text) {
  auto request = decode_ws(text, env().options.texts);
  if (!request) {
    auto& bad = request.error();
    const bool kept_from_guests = !bad.type.empty() && bad.type != "ping" && bad.type != "auth";
    const bool unread = bad.code == error_code::bad_message && !kept_from_guests;
    fault(signed_in() || unread ? bad.code : error_code::auth_required, bad.request_id);
    return;
  }
  bool open_to_guests =
    std::holds_alternative<ping_command>(request->command) || std::holds_alternative<auth_command>(request->command);
  if (!signed_in() && !open_to_guests) {
    fault(error_code::auth_required, request->request_id);
    return;
  }
  std::visit([&](auto& command) { handle(request->request_id, command); }, request->command);
}

void envelope_session::handle(const std::string& request_id, ping_command& x) {
  reply(pong_reply{std::move(x.timestamp), env().now.steady()}, request_id);
}

void envelope_session::handle(const std::string& request_id, auth_command& x) {
  authenticate(x.token, [this, request_id](tl::expected<identity, error_code> who) {
    if (closing())
      return;
    bool other = who && signed_in() && who->user.id != user().id;
    if (!who || other) {
      fault(!who && who.error() == error_code::internal ? error_code::internal : error_code::auth_failed, request_id);
      return;
    }
    sign_in(std::move(*who));
    reply(auth_ok_reply{user(), expires_at()}, request_id);
  });
}

void envelope_session::handle(const std::string& request_id, join_room_command& x) {
  if (auto wait = use_up(limited_act::join)) {
    fault(error_code::rate_limited, request_id, wait);
    return;
  }
  auto id = x.room;
  with_room(
    id,
    [this, id, request_id, wish = x](const room_actor& room) {
      ++find_or_add(id).joins;
      join_room order{from(request_id), user(), error_code::none, {}, wish.last_message};
      order.last_change = wish.last_change;
      order.members_only = wish.members_only;
      send(room, std::move(order));
    },
    [this, id, request_id](error_code why) {
      reply(room_join_error_reply{id, why}, request_id);
    });
}

void envelope_session::handle(const std::string& request_id, leave_room_command& x) {
  auto id = x.room;
  auto not_there = [this, id, request_id](error_code) {
    reply(room_leave_error_reply{id, error_code::not_joined}, request_id);
  };
  if (find(id) == nullptr) {
    not_there(error_code::not_joined);
    return;
  }
  with_room(
    id,
    [this, id, request_id](const room_actor& room) {
      send(room, leave_room{from(request_id), user().id, leave_room::cause::asked});
      auto& here = find_or_add(id);
      here.inside = false;
      here.undone = here.joins;
    },
    not_there);
}

void envelope_session::handle(const std::string& request_id, send_message_command& x) {
  if (auto wait = use_up(limited_act::message)) {
    fault(error_code::rate_limited, request_id, wait);
    return;
  }
  if (const auto* here = find(x.room); here != nullptr && here->room) { // as nearly always
    send(here->room, post_message{from(request_id), user(), std::move(x.draft)});
    return;
  }
  with_room(
    x.room,
    [this, request_id, draft = std::move(x.draft)](const room_actor& room) {
      send(room, post_message{from(request_id), user(), draft});
    },
    [this, request_id](error_code why) { fault(why, request_id); });
}

void envelope_session::handle(const std::string& request_id, typing_command& x) {
  with_joined(x.room, request_id, [this, request_id, is_typing = x.is_typing](const room_actor& room) {
    send(room, set_typing{from(request_id), user(), is_typing});
  });
}

// -- rooms ---------------------------------------------------------------------------------

envelope_session::place* envelope_session::find(room_id id) {
  auto it = std::ranges::lower_bound(places_, id, {}, &place::id);
  return it != places_.end() && it->id == id ? &*it : nullptr;
}

envelope_session::place& envelope_session::find_or_add(room_id id) {
  auto it = std::ranges::lower_bound(places_, id, {}, &place::id);
  if (it == places_.end() || it->id != id)
    it = places_.insert(it, place{id, {}, 0, 0, false, nullptr});
  return *it;
}

void envelope_session::with_room(room_id id, std::function<void(const room_actor&)> use,
                                 std::function<void(error_code)> failed) {
  auto& here = find_or_add(id);
  if (here.room) {
    const auto room = here.room; // what is done with it may move the places
    use(room);
    forget_unused(id);
    return;
  }
  const bool is_asked = here.finding != nullptr;
  if (!is_asked)
    here.finding = std::make_unique<search>();
  if (here.finding->waiting.size() >= waiting_limit) {
    failed(error_code::rate_limited);
    return;
  }
  here.finding->waiting.push_back(std::move(use));
  here.finding->failing.push_back(std::move(failed));
  if (is_asked)
    return;
  ask<room_actor>(
    env().placement, find_room{id},
    [this, id](const room_actor& room) {
      auto* found = find(id);
      if (closing() || found == nullptr || found->finding == nullptr)
        return;
      found->room = room;
      const auto what = std::move(found->finding);
      for (auto& next : what->waiting)
        next(room);
      forget_unused(id);
    },
    [this, id](const caf::error& reason) {
      auto* found = find(id);
      if (closing() || found == nullptr || found->finding == nullptr)
        return;
      const auto what = std::move(found->finding);
      std::erase_if(places_, [id](const place& x) { return x.id == id; });
      for (auto& next : what->failing)
        next(to_error_code(reason));
    });
}

void envelope_session::with_joined(room_id id, const std::string& request_id,
                                   std::function<void(const room_actor&)> use) {
  auto not_there = [this, request_id](error_code) { fault(error_code::not_joined, request_id); };
  if (find(id) != nullptr)
    with_room(id, std::move(use), not_there);
  else
    not_there(error_code::not_joined);
}

void envelope_session::forget_unused(room_id id) {
  if (auto* here = find(id); here != nullptr && !here->inside && here->joins == 0 && here->finding == nullptr)
    std::erase_if(places_, [id](const place& x) { return x.id == id; });
}

void envelope_session::on_entered(const entered_room& x) {
  auto* here = find(x.room);
  if (here == nullptr)
    return;
  if (!answered(*here))
    here->inside = true;
  forget_unused(x.room);
}

bool envelope_session::answered(place& here) {
  if (here.joins > 0)
    --here.joins;
  return here.undone > 0 && here.undone-- > 0;
}

void envelope_session::on_refused(const refused& x) {
  switch (x.what) {
  case refused::request::join:
    if (auto* here = find(x.room)) {
      answered(*here);
      forget_unused(x.room);
    }
    reply(room_join_error_reply{x.room, x.code}, x.request_id);
    break;
  case refused::request::leave:
    reply(room_leave_error_reply{x.room, x.code}, x.request_id);
    break;
  case refused::request::post:
  case refused::request::typing:
    fault(x.code, x.request_id);
    break;
  case refused::request::sync:
    if (x.sync)
      reply(sync_conflict_reply{*x.sync}, x.request_id);
    else
      fault(x.code, x.request_id);
    break;
  }
}

void envelope_session::on_removed(const removed_from_room& x) {
  if (auto* here = find(x.room)) {
    here->inside = false;
    forget_unused(x.room);
  }
}

void envelope_session::on_news(const room_news& x) {
  const auto* here = find(x.room);
  if (here == nullptr || (!here->inside && here->joins == 0))
    port().send(x.frame);
}

// -- what it says ----------------------------------------------------------------------------

void envelope_session::say_error(error_code code, std::string_view request_id,
                                 std::optional<std::int64_t> retry_after_ms) {
  reply(error_reply{code, retry_after_ms}, request_id);
}

void envelope_session::say_draining(std::int64_t reconnect_after_ms) {
  reply(server_draining_reply{reconnect_after_ms}, {});
}

void envelope_session::say_expiring(timestamp at) {
  reply(auth_expiring_reply{at}, {});
}

} // namespace parley
