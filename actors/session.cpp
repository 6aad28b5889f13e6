#include "actors/session.hpp"

#include "actors/admission.hpp"
#include "actors/chat_session.hpp"
#include "actors/client_session.hpp"
#include "actors/echo_sessions.hpp"
#include "actors/envelope_session.hpp"
#include "actors/patience.hpp"
#include "actors/task_session.hpp"

#include <algorithm>
#include <random>

namespace parley {

namespace {

/// Notes one more event and tells how many came within `window` up to now.
std::size_t count_recent(std::vector<moment>& events, moment now, std::chrono::milliseconds window) {
  std::erase_if(events, [&](moment x) { return now - x >= window; });
  events.push_back(now);
  return events.size();
}

} // namespace

session::session(caf::actor_config& cfg, pin where, std::shared_ptr<const session_environment> env,
                 session_start& start)
  : light_actor(cfg, where), env_(std::move(env)), connection_(start.connection), port_(std::move(start.port)),
    started_at_(env_->now()), end_at_(env_->now.steady() + env_->options.auth_timeout), lang_(start.lang) {
  if (start.token)
    token_ = std::make_unique<std::string>(std::move(*start.token));
}

void session::on_start() {
  send(env_->hub, enrol{connection_, port_, own_handle(), kind(), started_at_});
  find_out();
}

bool session::on_content(caf::type_erased_tuple& content) {
  if (auto* x = get_if<inbound>(content)) {
    on_inbound(x->text, x->binary);
  } else if (auto* entered = get_if<entered_room>(content)) {
    on_entered(*entered);
  } else if (auto* no = get_if<refused>(content)) {
    if (!closing_)
      on_refused(*no);
  } else if (get_if<wake>(content) != nullptr) {
    on_wake();
  } else if (auto* lost = get_if<connection_lost>(content)) {
    end(*lost);
  } else if (auto* removed = get_if<removed_from_room>(content)) {
    on_removed(*removed);
  } else if (auto* pushed = get_if<push_frame>(content)) {
    if (!closing_)
      port_->send(std::move(pushed->frame));
  } else if (auto* news = get_if<room_news>(content)) {
    if (!closing_)
      on_news(*news);
  } else if (auto* name = get_if<renamed>(content)) {
    rename(name->user);
  } else if (get_if<access_revoked>(content) != nullptr) {
    if (!closing_) {
      say_error(error_code::invalid_token, {}, {});
      close(close_reasons::token_revoked);
    }
  } else if (auto* newer = get_if<replaced>(content)) {
    if (!closing_) {
      if (newer->why != error_code::none)
        say_error(newer->why, {}, {});
      close(close_reasons::replaced);
    }
  } else if (get_if<drain>(content) != nullptr) {
    begin_to_leave();
  } else {
    return false;
  }
  return true;
}

bool session::take(std::string_view payload, bool binary) {
  if (!is_idle())
    return false;
  on_inbound(payload, binary);
  return true;
}

void session::on_inbound(std::string_view payload, bool binary) {
  if (closing_)
    return;
  if (auto wait = use_up(limited_act::frame))
    fault(error_code::rate_limited, {}, wait);
  else
    on_message(payload, binary);
}

void session::begin_to_leave() {
  if (closing_)
    return;
  std::minstd_rand spread(static_cast<unsigned>(connection_.value));
  spread.discard(1); // neighbours begin alike
  say_draining(static_cast<std::int64_t>(spread() % 5001));
  leaving_ = true;
  end_at_ = env_->now.steady() + drain_grace;
  schedule();
}

void session::find_out() {
  const auto token = std::move(token_);
  if (!authenticates() || token == nullptr) {
    begin(auth_status::guest);
    return;
  }
  authenticate(*token, [this](tl::expected<identity, error_code> who) {
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
  auto found = env_->tokens->find_stranger(token);
  if (!found) {
    check(token, std::move(then));
    return;
  }
  auto job = make_write_job([who = *found, bounds = env_->options.texts, now = env_->now()](storage::writer& to) {
    return admit(to, who, bounds, now);
  });
  ask<finished>(
    env_->writer, write_request{job},
    [this, job, found = std::move(*found), token, then](finished&) {
      if (const auto& user = job->value()) {
        env_->tokens->introduce(found, *user);
        authenticate(token, then);
      } else if (user.error() == error_code::invalid_token) {
        check(token, then);
      } else {
        then(tl::unexpected(error_code::internal));
      }
    },
    [then](const caf::error&) { then(tl::unexpected(error_code::internal)); }, env_->now.steady() + answer_patience);
  schedule();
}

void session::check(const std::string& token, std::function<void(tl::expected<identity, error_code>)> then) {
  auto claims = env_->tokens->check(token);
  if (!claims) {
    if (claims.error() != error_code::internal) // which is no fault of the token
      tell_refused(claims.error());
    then(tl::unexpected(claims.error()));
    return;
  }
  auto job = make_read_job([id = claims->user](storage::reader& r) { return r.users().find(id); });
  ask<finished>(
    reader(), read_request{job},
    [this, job, claims = std::move(*claims), then](finished&) {
      if (auto& found = job->value(); found && found->id != anonymous_user)
        then(identity{
          {found->id, found->username, found->avatar_url}, claims.expires_at, claims.family, claims.issued_at});
      else {
        tell_refused(error_code::invalid_token);
        then(tl::unexpected(error_code::invalid_token));
      }
    },
    [then](const caf::error&) { then(tl::unexpected(error_code::internal)); }, env_->now.steady() + answer_patience);
  schedule();
}

void session::tell_refused(error_code why) {
  if (env_->refusals != nullptr && port_ != nullptr)
    env_->refusals->refused_token(port_->address(), why, std::string(name_of(kind())) + " socket");
}

void session::sign_in(identity who) {
  user_ = std::move(who.user);
  expires_at_ = who.expires_at;
  if (!leaving_)
    end_at_ = env_->now.steady_at(expires_at_);
  warned_ = false;
  send(env_->directory,
       parley::signed_in{connection_, own_handle(), user_.id, std::move(who.family), who.issued_at, kind()});
  send(env_->hub, identify{connection_, user_.id});
  schedule();
}

void session::rename(const user_brief& user) {
  if (!signed_in())
    return;
  user_ = user;
  rename_in_rooms(user);
}

void session::fault(error_code code, std::string_view request_id, std::optional<std::int64_t> retry_after_ms) {
  auto now = env_->now.steady();
  const bool limited = code == error_code::rate_limited && retry_after_ms;
  // Without a time it is not the client who does too much, but the server which is behind: nobody is closed for that.
  say_error(code, request_id, code == error_code::rate_limited && !limited ? backlog_pause_ms : retry_after_ms);
  if (code != error_code::bad_message && !limited)
    return;
  if (offences_ == nullptr)
    offences_ = std::make_unique<offences>();
  if (limited) {
    if (count_recent(offences_->too_many, now, std::chrono::seconds(10)) >= static_cast<std::size_t>(rate_error_limit))
      close(close_reasons::rate_limit);
  } else if (count_recent(offences_->malformed, now, std::chrono::minutes(1)) >
             static_cast<std::size_t>(malformed_limit)) {
    close(close_reasons::too_many_malformed);
  }
}

std::int64_t session::use_up(limited_act act) {
  if (env_->limits == nullptr)
    return 0;
  const auto now = env_->now.steady();
  std::optional<std::chrono::milliseconds> wait;
  if (signed_in()) {
    wait = env_->limits->take(act, std::to_string(user_.id.value), now);
  } else if (kind() != socket_kind::chat) {
    wait = env_->limits->take(act, port_->address(), now);
  } else { // each guest for itself, and then those of one address together, for one may come many times
    wait = env_->limits->take(act, "guest " + std::to_string(connection_.value), now);
    if (!wait)
      wait = env_->limits->take(crowd_of(act), port_->address(), now);
  }
  return wait ? wait->count() : 0;
}

void session::close(close_code code, std::string_view reason) {
  closing_ = true;
  port_->close(code, reason);
}

void session::schedule() {
  auto next = next_expiry();
  if (leaving_)
    next = end_at_;
  else if (signed_in())
    next = std::min(next, warned_ ? end_at_ : end_at_ - expiry_warning);
  else if (awaits_auth())
    next = std::min(next, end_at_);
  if (next != moment::max())
    send(env_->hub, remind{connection_, std::max(next, env_->now.steady())});
}

void session::on_wake() {
  if (closing_)
    return;
  auto now = env_->now.steady();
  if (leaving_) {
    if (now >= end_at_) {
      close(close_reasons::going_away);
      return;
    }
  } else if (!signed_in()) {
    if (awaits_auth() && now >= end_at_) {
      say_error(error_code::auth_required, {}, {});
      close(close_reasons::no_auth);
      return;
    }
  } else if (now >= end_at_) {
    say_error(error_code::token_expired, {}, {});
    close(close_reasons::token_expired);
    return;
  } else if (!warned_ && now >= end_at_ - expiry_warning) {
    warned_ = true;
    say_expiring(expires_at_);
  }
  expire_asked(now);
  if (!closing_)
    schedule();
}

const db_reader_actor& session::reader() const {
  return env_->readers[static_cast<std::size_t>(connection_.value) % env_->readers.size()];
}

origin session::from(std::string request_id) {
  return {connection_, env_->hub, wire_shape::envelope, own_handle(), std::move(request_id)};
}

void session::on_exit() {
  leave_all();
  port_.reset();
}

void session::end(const connection_lost& how) {
  closing_ = true;
  send(env_->hub, withdraw{connection_, how.code, how.reason});
  if (signed_in())
    send(env_->directory, signed_out{connection_});
  quit();
}

session_actor spawn_session(caf::actor_system& system, pin where, socket_kind kind,
                            std::shared_ptr<const session_environment> env, session_start start) {
  switch (kind) {
  case socket_kind::rooms:
    return spawn_light<envelope_session, session_actor>(system, where, std::move(env), start);
  case socket_kind::chat:
    return spawn_light<chat_session, session_actor>(system, where, std::move(env), start);
  case socket_kind::client:
    return spawn_light<client_session, session_actor>(system, where, std::move(env), start);
  case socket_kind::task:
    return spawn_light<task_session, session_actor>(system, where, std::move(env), start);
  case socket_kind::simple:
    return spawn_light<simple_session, session_actor>(system, where, std::move(env), start);
  case socket_kind::test:
    break;
  }
  return spawn_light<test_session, session_actor>(system, where, std::move(env), start);
}

inbound_port* inbound_port_of(const session_actor& whom) {
  return dynamic_cast<session*>(caf::actor_cast<caf::abstract_actor*>(whom));
}

} // namespace parley
