#include "net/connection.hpp"

#include "protocol/close_reason.hpp"

#include <boost/asio/post.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace parley::net {

namespace {

/// Frames that one write takes.
constexpr std::size_t gathered = 64;

/// Kernel memory of a reader that stalls; it is not in our RSS, but it is the machine's.
constexpr int send_buffer_bytes = 128 * 1024;

/// How many buffers full are read before the others have their turn.
constexpr int reads_a_turn = 4;

/// How many broken connections are ended at a time.
constexpr std::size_t ends_at_once = 32;

frame_ptr close_frame(std::uint16_t code, std::string_view reason) {
  std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
  payload.append(reason.substr(0, 123));
  return make_frame(opcode::close, payload);
}

const frame_ptr& ping_frame() {
  static const auto shared = make_frame(opcode::ping, {});
  return shared;
}

} // namespace

// -- connection_set ------------------------------------------------------------------------

void connection_set::add(connection& x) {
  x.index_ = all_.size();
  all_.push_back(&x);
  ++sockets_;
  ++websockets_;
}

void connection_set::remove(connection& x) {
  all_.back()->index_ = x.index_;
  std::swap(all_[x.index_], all_.back());
  all_.pop_back();
  --sockets_;
  --websockets_;
}

std::chrono::milliseconds connection_set::beat() const {
  return std::clamp<std::chrono::milliseconds>(options_.heartbeat / 8, std::chrono::milliseconds(10),
                                               std::chrono::milliseconds(1000));
}

void connection_set::check_heartbeats(clock::time_point now) {
  for (std::size_t i = 0; i < all_.size();) {
    auto* x = all_[i];
    x->check(now); // may remove it, and put the last one in its place
    if (i < all_.size() && all_[i] == x)
      ++i;
  }
}

void connection_set::end_later(std::shared_ptr<connection> x) {
  ending_.push_back(std::move(x));
  if (ending_.size() == 1)
    boost::asio::post(thread_.context(), [this] { end_some(); });
}

void connection_set::end_some() {
  for (std::size_t i = 0; i < ends_at_once && !ending_.empty(); ++i) {
    ending_.front()->cut();
    ending_.pop_front();
  }
  if (!ending_.empty())
    boost::asio::post(thread_.context(), [this] { end_some(); });
}

void connection_set::cut_all() {
  ending_.clear();
  thread_.forget_all(); // thousands would look for themselves among thousands
  while (!all_.empty())
    all_.back()->cut();
}

// -- life --------------------------------------------------------------------------------------

connection::connection(connection_set& set, stream socket, std::string_view leftover, bool takes_binary,
                       const deflate_terms& deflate)
  : set_(set), socket_(std::move(socket)), reader_(set.options().message_bytes, takes_binary),
    outbox_(set.options().outbox_bytes, &set.packer(), peer_window(deflate)),
    leftover_(leftover.empty() ? nullptr : std::make_unique<std::string>(leftover)), last_received_(clock::now()),
    next_ping_(last_received_ + set.options().heartbeat) {
  socket_.limit_send_buffer(send_buffer_bytes);
  set_.add(*this);
}

connection::~connection() {
  cut();
}

void connection::bind(session_actor session, inbound_port* direct) {
  session_ = std::move(session);
  direct_ = direct;
  keep_ = shared_from_this();
}

void connection::tell_lost(int code, std::string_view reason) {
  if (session_ == nullptr)
    return;
  caf::anon_send(session_, connection_lost{code, std::string(reason)});
  session_ = nullptr; // each holds the other until here
  direct_ = nullptr;
}

void connection::cut() {
  if (state_ == state::closed)
    return;
  state_ = state::closed;
  set_.remove(*this);
  if (dirty_)
    set_.thread().forget(this);
  if (waiting_)
    set_.thread().forget_waiting(this);
  socket_.close();
  tell_lost(1006, {});
  if (keep_ != nullptr) // whoever called is still running on this object
    boost::asio::post(set_.thread().context(), [last = std::move(keep_)] {});
}

void connection::check(clock::time_point now) {
  const auto& heartbeat = set_.options().heartbeat;
  if (state_ == state::closing) {
    if (now >= deadline_)
      cut();
  } else if (now - last_received_ >= 2 * heartbeat) {
    close(close_reasons::no_heartbeat.code, close_reasons::no_heartbeat.words);
  } else if (now >= next_ping_) {
    next_ping_ = now + heartbeat;
    // A client that sends but does not read: what waits for it may be a replay, which has no bound of bytes.
    if (blocked_ && !std::exchange(moved_, false))
      close(close_reasons::nothing_read.code, close_reasons::nothing_read.words);
    else
      send(ping_frame());
  }
}

// -- writing -------------------------------------------------------------------------------------

void connection::mark_dirty() {
  // Once closed it may be gone before the turn ends.
  if (state_ != state::closed && !std::exchange(dirty_, true))
    set_.thread().flush_later(this);
}

void connection::queue(frame_ptr frame) {
  outbox_.push(std::move(frame));
  if (outbox_.over()) {
    // A burst within one turn is not a slow consumer: it is one only when the socket takes no more.
    write_now();
    if (state_ == state::open && outbox_.over() && blocked_)
      begin_close(static_cast<int>(close_code::slow_consumer), "slow consumer",
                  close_frame(static_cast<std::uint16_t>(close_code::slow_consumer), "slow consumer"));
  }
}

void connection::send(frame_ptr frame) {
  if (state_ != state::open)
    return;
  queue(std::move(frame));
  mark_dirty();
}

void connection::send_later(frame_ptr frame) {
  if (state_ != state::open)
    return;
  queue(std::move(frame));
  if (state_ != state::closed && !dirty_ && !std::exchange(waiting_, true))
    set_.thread().leave_later(this);
}

void connection::send_paced(std::vector<frame_ptr> frames) {
  if (state_ != state::open)
    return;
  outbox_.push_paced(std::move(frames));
  mark_dirty();
}

void connection::flush() {
  dirty_ = false;
  write_now();
}

void connection::leave() {
  waiting_ = false;
  if (!dirty_) // else it is written at the end of this turn
    write_now();
}

void connection::write_now() {
  std::array<iovec, gathered> parts; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by gather
  while (!blocked_ && state_ != state::closed && is_unwritten()) {
    const auto written = socket_.write_some(std::span(parts).first(outbox_.gather(parts)));
    if (written.how == progress::end::done) {
      outbox_.sent(written.bytes);
      moved_ = true;
    } else if (written.how == progress::end::want_write) {
      wait_writable();
    } else {
      cut();
    }
  }
  if (state_ != state::closing || is_unwritten())
    return;
  // Both close frames have gone: the server ends the TCP connection (RFC 6455 §7.1.1). Where the client's cannot be
  // understood any more, it is shown that nothing comes, and its own end is waited for.
  if (peer_closed_ || std::exchange(broken_, false))
    socket_.shutdown();
  if (peer_closed_)
    cut();
}

void connection::wait_writable() {
  blocked_ = true;
  moved_ = true;
  socket_.wait(stream::direction::write, [self = shared_from_this()](const boost::system::error_code& fault) {
    self->blocked_ = false;
    if (fault)
      self->cut();
    else
      self->mark_dirty();
  });
}

// -- closing -----------------------------------------------------------------------------------------

void connection::close(close_code code, std::string_view reason) {
  if (state_ != state::open)
    return;
  begin_close(static_cast<int>(code), reason, nullptr);
  outbox_.push(close_frame(static_cast<std::uint16_t>(code), reason));
}

/// With `last`, what is queued gives way to it.
void connection::begin_close(int code, std::string_view reason, frame_ptr last) {
  state_ = state::closing;
  socket_.set_address(socket_.address()); // the log tells it, when the socket may be gone
  deadline_ = clock::now() + close_patience;
  if (last != nullptr)
    outbox_.finish_with(std::move(last));
  mark_dirty();
  tell_lost(code, reason);
  start_reading(); // a client that was turned away at once answers as well
}

void connection::on_close(std::optional<std::uint16_t> code) {
  peer_closed_ = true;
  if (state_ == state::open) {
    begin_close(code.value_or(1005), {}, nullptr); // 1005: a close frame without a code (RFC 6455 §7.4.1)
    outbox_.push(code ? close_frame(*code, {}) : make_frame(opcode::close, {}));
  }
  mark_dirty();
}

// -- reading -----------------------------------------------------------------------------------------

void connection::start_reading() {
  if (state_ == state::closed || std::exchange(reading_, true))
    return;
  if (const auto early = std::move(leftover_); early != nullptr)
    consume(early->data(), early->size());
  if (state_ != state::closed)
    wait_readable();
}

void connection::wait_readable() {
  socket_.wait(stream::direction::read, [self = shared_from_this()](const boost::system::error_code& fault) {
    if (fault)
      self->cut();
    else
      self->read_now();
  });
}

void connection::read_now() {
  auto& buffer = set_.scratch();
  for (int i = 0; i < reads_a_turn && state_ != state::closed; ++i) {
    const auto got = socket_.read_some(buffer.data(), buffer.size());
    if (got.how == progress::end::done) {
      consume(buffer.data(), got.bytes);
      if (got.bytes < buffer.size())
        break;
    } else if (got.how == progress::end::want_read) {
      break;
    } else {
      if (got.how == progress::end::closed && state_ == state::closing)
        write_now();                      // who shut only its own side can still read the close frame
      set_.end_later(shared_from_this()); // the end of the stream, or an error
      return;
    }
  }
  if (state_ != state::closed)
    wait_readable();
}

void connection::consume(char* bytes, std::size_t size) {
  last_received_ = clock::now();
  if (auto fault = reader_.feed(bytes, size, *this, outbox_.compresses() ? &set_.unpacker() : nullptr)) {
    // What the client still sends is read and thrown away, so that it can read why.
    broken_ = true;
    close(*fault, {});
  }
}

void connection::on_message(std::string_view payload, bool binary) {
  if (state_ != state::open)
    return;
  if (direct_ == nullptr || !direct_->take(payload, binary))
    caf::anon_send(session_, inbound{std::string(payload), binary});
}

void connection::on_ping(std::string_view payload) {
  send(make_frame(opcode::pong, payload));
}

} // namespace parley::net
