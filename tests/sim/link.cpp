#include "tests/sim/link.hpp"

#include "actors/session.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <array>

namespace parley::sim {

namespace {

constexpr std::chrono::seconds close_patience{5};

frame_ptr close_frame(int code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  return make_frame(opcode::close, payload.append(reason));
}

} // namespace

link::link(connection_id id, user_id whose, wire_shape shape, hearing& ears, frame_watcher& watcher, time_source now,
           options how)
  : user(whose), id_(id), shape_(shape), ears_(ears), watcher_(watcher), now_(std::move(now)), options_(how),
    outbox_(how.outbox_bytes), last_received_(now_()), next_ping_(last_received_ + how.heartbeat) {}

void link::bind(session_actor session) {
  direct_ = inbound_port_of(session);
  session_ = std::move(session);
}

void link::tell_lost(int code) {
  if (session_ == nullptr)
    return;
  caf::anon_send(session_, connection_lost{code, {}});
  session_ = nullptr;
  direct_ = nullptr;
}

// -- the server's side -----------------------------------------------------------------------

void link::push(frame_ptr frame) {
  const auto& what = ears_.read(frame);
  if (options_.loses_answers && what.what == word::message_ack && what.message.value % 4 == 0)
    return;
  const bool is_presence = what.what == word::user_join || what.what == word::user_leave;
  if (options_.loses_presence && is_presence && what.user != user)
    return;
  outbox_.push(std::move(frame));
  watcher_.on_frame(*this, what);
}

void link::send(frame_ptr frame) {
  if (state_ != state::open)
    return;
  push(std::move(frame));
  if (!outbox_.over())
    return;
  flush();
  if (state_ == state::open && outbox_.over() && blocked_)
    begin_close(static_cast<int>(close_code::slow_consumer),
                close_frame(static_cast<int>(close_code::slow_consumer), "slow consumer"));
}

void link::send_paced(std::vector<frame_ptr> frames) {
  if (state_ != state::open)
    return;
  std::vector<const heard*> said;
  said.reserve(frames.size());
  for (const auto& x : frames)
    said.push_back(&ears_.read(x));
  outbox_.push_paced(std::move(frames));
  for (const auto* x : said)
    watcher_.on_frame(*this, *x);
}

void link::close(close_code code, std::string_view reason) {
  if (state_ != state::open)
    return;
  begin_close(static_cast<int>(code), nullptr);
  auto last = close_frame(static_cast<int>(code), reason);
  ears_.read(last);
  outbox_.push(std::move(last));
}

void link::begin_close(int code, frame_ptr last) {
  state_ = state::closing;
  deadline_ = now_() + close_patience;
  if (last != nullptr) {
    ears_.read(last);
    outbox_.finish_with(std::move(last));
  }
  tell_lost(code);
  reading_ = true;
}

bool link::flush() {
  if (state_ == state::closed)
    return false;
  bool moved = false;
  while (!outbox_.empty()) {
    auto room = options_.wire_bytes - static_cast<std::size_t>(written_ - read_);
    blocked_ = room == 0;
    if (blocked_)
      return moved;
    std::array<iovec, 16> parts; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by gather
    std::size_t sent = 0;
    for (std::size_t i = 0, used = outbox_.gather(parts); i < used && room > 0; ++i) {
      if (half_bytes_ == 0)
        half_written_ = &ears_.known(parts[i].iov_base);
      const auto bytes = std::min(room, parts[i].iov_len);
      half_bytes_ += bytes;
      written_ += bytes;
      sent += bytes;
      room -= bytes;
      if (half_bytes_ == half_written_->bytes->wire().size()) {
        wire_.emplace_back(written_, half_written_);
        half_bytes_ = 0;
      }
    }
    outbox_.sent(sent);
    moved = true;
  }
  blocked_ = false;
  if (state_ == state::closing && peer_closed_)
    cut();
  return moved;
}

bool link::read_one() {
  if (state_ == state::closed || !reading_)
    return false;
  if (upstream_.empty()) {
    if (!ended_)
      return false;
    cut();
    return true;
  }
  auto next = std::move(upstream_.front());
  upstream_.pop_front();
  last_received_ = now_();
  switch (next.what) {
  case upstream::kind::text:
    if (state_ == state::open && (direct_ == nullptr || !direct_->take(next.text, false)))
      caf::anon_send(session_, inbound{std::move(next.text)});
    break;
  case upstream::kind::pong:
    break;
  case upstream::kind::close:
    peer_closed_ = true;
    if (state_ == state::open) {
      begin_close(1000, nullptr);
      auto last = close_frame(1000, {});
      ears_.read(last);
      outbox_.push(std::move(last));
    }
    if (outbox_.empty())
      cut();
    break;
  }
  return true;
}

void link::check() {
  const auto now = now_();
  if (state_ == state::closed)
    return;
  if (state_ == state::closing) {
    if (now >= deadline_)
      cut();
  } else if (now - last_received_ >= 2 * options_.heartbeat) {
    close(close_code::heartbeat_missed, "heartbeat missed");
  } else if (now >= next_ping_) {
    next_ping_ = now + options_.heartbeat;
    send(make_frame(opcode::ping, {}));
  }
}

void link::cut() {
  if (state_ == state::closed)
    return;
  state_ = state::closed;
  outbox_ = net::outbox(options_.outbox_bytes);
  if (!options_.ends_unsaid)
    tell_lost(1006);
  if (client_there_ && wire_.empty()) {
    client_there_ = false;
    closed_with_ = closed_with_.value_or(1006);
  }
}

void link::vanish() {
  state_ = state::closed;
  outbox_ = net::outbox(options_.outbox_bytes);
  session_ = nullptr;
  direct_ = nullptr;
  wire_.clear();
  client_there_ = false;
  closed_with_ = closed_with_.value_or(1006);
}

// -- the client's side -------------------------------------------------------------------------

void link::say(std::string text) {
  upstream_.push_back({upstream::kind::text, std::move(text)});
}

const heard* link::listen(std::size_t bytes) {
  if (!client_there_)
    return nullptr;
  read_ = std::min(written_, read_ + bytes);
  if (wire_.empty() || wire_.front().first > read_) {
    if (state_ == state::closed && wire_.empty()) { // the end of the stream
      client_there_ = false;
      closed_with_ = closed_with_.value_or(1006);
    }
    return nullptr;
  }
  const auto* const next = wire_.front().second;
  wire_.pop_front();
  if (next->what == word::ping) {
    upstream_.push_back({upstream::kind::pong, {}});
  } else if (next->what == word::close) {
    closed_with_ = std::stoi(next->code);
    upstream_.push_back({upstream::kind::close, {}});
    client_there_ = false;
    wire_.clear();
    ended_ = true;
  }
  return next;
}

void link::break_off(std::size_t kept, bool silent) {
  client_there_ = false;
  closed_with_ = 1006;
  upstream_.resize(std::min(kept, upstream_.size()));
  wire_.clear();
  ended_ = !silent;
}

void link::leave_politely() {
  upstream_.push_back({upstream::kind::close, {}});
}

} // namespace parley::sim
