#include "actors/session.hpp"

#include "actors/chat_session.hpp"
#include "actors/client_session.hpp"
#include "actors/echo_sessions.hpp"
#include "actors/envelope_session.hpp"
#include "actors/task_session.hpp"

#include <algorithm>
#include <random>

namespace parley {

namespace {

constexpr std::chrono::seconds lookup_patience{30};

/// Notes one more event and tells how many came within `window` up to now.
std::size_t count_recent(std::vector<timestamp>& events, timestamp now, std::chrono::milliseconds window) {
  std::erase_if(events, [&](timestamp x) { return now - x >= window; });
  events.push_back(now);
  return events.size();
}

} // namespace

session::session(caf::actor_config& cfg, pin where, std::shared_ptr<const session_environment> env, session_start start)
  : pinned(cfg, where), env_(std::move(env)), start_(std::move(start)), started_at_(env_->now()) {}

session::behavior_type session::make_behavior() {
  send(env_->hub, enrol{start_.connection, start_.port, caf::actor_cast<session_actor>(this), kind(), start_.address,
                        started_at_});
  find_out();
  return {
    [this](inbound& x) {
      if (closing_)
        return;
      if (auto wait = take(limited_act::frame))
        fault(error_code::rate_limited, {}, wait);
      else
        on_message(x);
    },
    [this](const connection_lost& x) { end(x); },
    [this](const wake&) { on_wake(); },
    [this](const entered_room& x) { on_entered(x); },
    [this](const refused& x) {
      if (!closing_)
        on_refused(x);
    },
    [this](const removed_from_room& x) { on_removed(x); },
    [this](const access_revoked&) {
      if (closing_)
        return;
      say_error(error_code::invalid_token, {}, {});
      close(close_code::unauthenticated, "the access token was revoked");
    },
    [this](const renamed& x) { rename(x.user); },
    [this](const replaced&) {
      if (!closing_)
        close(close_code::replaced, "replaced by a newer connection");
    },
    [this](const push_frame& x) {
      if (!closing_)
        start_.port->send(x.frame);
    },
    [this](const drain&) {
      if (closing_)
        return;
      std::minstd_rand spread(static_cast<unsigned>(start_.connection.value));
      spread.discard(1); // neighbours begin alike
      say_draining(static_cast<std::int64_t>(spread() % 5001));
      leaving_at_ = env_->now() + drain_grace;
      schedule();
    },
  };
}

void session::find_out() {
  if (!authenticates() || !start_.token) {
    begin(auth_status::guest);
    return;
  }
  authenticate(*start_.token, [this](tl::expected<identity, error_code> who) {
    if (closing_)
      return;
    if (who)
      sign_in(std::move(*who));
    begin(who                                   ? auth_status::authenticated
          : who.error() == error_code::internal ? auth_status::auth_error
                                                : auth_status::invalid_token);
  });
}

void session::authenticate(const std::string& token, std::function<void(tl::expected<identity, error_code>)> then) {
  auto claims = env_->tokens->check(token);
  if (!claims) {
    then(tl::unexpected(claims.error()));
    return;
  }
  auto job = make_read_job([id = claims->user](storage::reader& r) { return r.find_user(id); });
  const auto& readers = env_->readers;
  const auto& reader = readers[static_cast<std::size_t>(start_.connection.value) % readers.size()];
  request(reader, lookup_patience, read_request{job})
    .then(
      [job, claims = std::move(*claims), then](finished) {
        if (auto& found = job->value(); found && found->id != anonymous_user)
          then(identity{
            {found->id, found->username, found->avatar_url}, claims.expires_at, claims.family, claims.issued_at});
        else
          then(tl::unexpected(error_code::invalid_token));
      },
      [then](const caf::error&) { then(tl::unexpected(error_code::internal)); });
}

void session::sign_in(identity who) {
  identity_ = std::move(who);
  warned_ = false;
  send(env_->directory, parley::signed_in{start_.connection, caf::actor_cast<session_actor>(this), identity_->user.id,
                                          identity_->family, identity_->issued_at, kind()});
  send(env_->hub, identify{start_.connection, identity_->user});
  schedule();
}

void session::rename(const user_brief& user) {
  if (!identity_)
    return;
  identity_->user = user;
  send(env_->hub, identify{start_.connection, user});
  rename_in_rooms(user);
}

void session::fault(error_code code, std::string_view request_id, std::optional<std::int64_t> retry_after_ms) {
  auto now = env_->now();
  if (code == error_code::rate_limited && !retry_after_ms)
    retry_after_ms = 1000; // something behind is full; a second empties it
  say_error(code, request_id, retry_after_ms);
  if (code == error_code::bad_message &&
      count_recent(malformed_, now, std::chrono::minutes(1)) > static_cast<std::size_t>(malformed_limit))
    close(close_code::malformed, "too many malformed messages");
  else if (code == error_code::rate_limited && env_->limits != nullptr &&
           count_recent(rate_errors_, now, std::chrono::seconds(10)) >= static_cast<std::size_t>(rate_error_limit))
    close(close_code::rate_limit, "rate limit");
}

std::int64_t session::take(limited_act act) {
  if (env_->limits == nullptr)
    return 0;
  auto wait =
    env_->limits->take(act, identity_ ? std::to_string(identity_->user.id.value) : start_.address, env_->now());
  return wait ? wait->count() : 0;
}

void session::close(close_code code, std::string_view reason) {
  closing_ = true;
  start_.port->close(code, reason);
}

void session::schedule() {
  std::optional<timestamp> next;
  if (leaving_at_)
    next = leaving_at_;
  else if (identity_)
    next = warned_ ? identity_->expires_at : identity_->expires_at - expiry_warning;
  else if (awaits_auth())
    next = started_at_ + env_->options.auth_timeout;
  if (next)
    send(env_->hub, remind{start_.connection, std::max(*next, env_->now())});
}

void session::on_wake() {
  if (closing_)
    return;
  auto now = env_->now();
  if (leaving_at_) {
    if (now >= *leaving_at_) {
      close(close_code::going_away, "the server is going away");
      return;
    }
  } else if (!identity_) {
    if (awaits_auth() && now >= started_at_ + env_->options.auth_timeout) {
      say_error(error_code::auth_required, {}, {});
      close(close_code::unauthenticated, "no auth in time");
      return;
    }
  } else if (now >= identity_->expires_at) {
    say_error(error_code::token_expired, {}, {});
    close(close_code::unauthenticated, "the access token expired");
    return;
  } else if (!warned_ && now >= identity_->expires_at - expiry_warning) {
    warned_ = true;
    say_expiring(identity_->expires_at);
  }
  schedule();
}

origin session::from(std::string request_id) {
  return {start_.connection, env_->thread, wire_shape::envelope, caf::actor_cast<session_actor>(this),
          std::move(request_id)};
}

void session::on_exit() {
  leave_all();
  start_.port.reset();
}

void session::end(const connection_lost& how) {
  closing_ = true;
  send(env_->hub, withdraw{start_.connection, how.code, how.reason});
  if (identity_)
    send(env_->directory, signed_out{start_.connection});
  quit();
}

session_actor spawn_session(caf::actor_system& system, pin where, socket_kind kind,
                            std::shared_ptr<const session_environment> env, session_start start) {
  switch (kind) {
  case socket_kind::rooms:
    return spawn_pinned<envelope_session>(system, where, std::move(env), std::move(start));
  case socket_kind::chat:
    return spawn_pinned<chat_session>(system, where, std::move(env), std::move(start));
  case socket_kind::client:
    return spawn_pinned<client_session>(system, where, std::move(env), std::move(start));
  case socket_kind::task:
    return spawn_pinned<task_session>(system, where, std::move(env), std::move(start));
  case socket_kind::simple:
    return spawn_pinned<simple_session>(system, where, std::move(env), std::move(start));
  case socket_kind::test:
    break;
  }
  return spawn_pinned<test_session>(system, where, std::move(env), std::move(start));
}

} // namespace parley
