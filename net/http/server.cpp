// The life of one HTTP connection: requests in, answers out in the same order, until it ends or becomes a WebSocket.
#include "net/http/answer_writer.hpp"
#include "net/http/context.hpp"
#include "net/http/cors.hpp"
#include "net/http/dispatch.hpp"
#include "net/http/figures.hpp"
#include "net/http/handshake.hpp"
#include "net/http/permessage_deflate.hpp"
#include "net/http/proxy_header.hpp"
#include "net/http/request_reader.hpp"
#include "net/http/response_clock.hpp"
#include "net/http/subprotocol.hpp"
#include "net/http/upgrade.hpp"

#include <boost/asio/co_spawn.hpp>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <exception>
#include <optional>
#include <utility>

namespace parley::net {

namespace asio = boost::asio;

namespace {

/// How long the peer of a closed connection may take to read the last answer.
constexpr std::chrono::milliseconds linger{2000};

constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

/// Reads the PROXY header, from which the socket has its address. False if the peer may not write one, or writes
/// something else, or nothing in time.
asio::awaitable<bool> take_proxy_header(timed_socket& peer, const http_options& options) {
  if (!options.proxies.empty() && !options.proxies.contains_peer(peer.address()))
    co_return false;
  const auto due = std::chrono::steady_clock::now() + options.head;
  proxy_header header;
  auto state = proxy_header::state::unfinished;
  std::array<char, 512> piece; // NOLINT(cppcoreguidelines-pro-type-member-init): filled before it is read
  while (state == proxy_header::state::unfinished) {
    const auto size = std::min(piece.size(), header.wanted());
    const auto got = co_await peer.read_raw(asio::buffer(piece.data(), size), due);
    if (got.how != transfer::end::done)
      co_return false;
    if (got.bytes > 0)
      state = header.take({piece.data(), got.bytes});
  }
  if (header.client())
    peer.set_address(header.client()->to_string());
  co_return state == proxy_header::state::complete;
}

/// Begins the connection: learns from a balancer whose it is, where one is to say so, and speaks TLS from here on,
/// where it is that kind of connection. False if the peer does not, or not in time; then it is told nothing.
asio::awaitable<bool> open(timed_socket& peer, const http_options& options) {
  if (options.proxy_protocol) {
    const bool known = co_await take_proxy_header(peer, options);
    if (!known) {
      spdlog::info("{} was closed: no PROXY header, or it is no trusted proxy", peer.address());
      co_await peer.close_gracefully(linger);
      co_return false;
    }
  }
  const auto done = co_await peer.handshake(std::chrono::steady_clock::now() + options.first_byte);
  if (done.how == transfer::end::closed)
    co_await peer.close_gracefully(linger); // plain HTTP, for example: without a reset
  co_return done.how == transfer::end::done;
}

/// Browsers that came by TLS once are to come by TLS for a year (RFC 6797 §6.1).
void require_tls(response& out) {
  out.extra.emplace_back("Strict-Transport-Security", "max-age=31536000");
}

/// Counts a request that is being answered.
class answering {
public:
  explicit answering(std::atomic<std::int64_t>* counter) : counter_(counter) {
    if (counter_ != nullptr)
      ++*counter_;
  }
  answering(const answering&) = delete;
  answering& operator=(const answering&) = delete;
  ~answering() {
    if (counter_ != nullptr)
      --*counter_;
  }

private:
  std::atomic<std::int64_t>* counter_;
};

/// The body of one request. A client that waits for `100 Continue` is let go on by the first read.
class connection_body final : public body_source {
public:
  connection_body(timed_socket& socket, request_reader& reader, const request_head& head,
                  std::chrono::milliseconds pause)
    : socket_(socket), reader_(reader), pause_(pause), must_invite_(head.expects_continue) {}

  asio::awaitable<read_result<std::string_view>> read_some(std::uint64_t limit) override {
    clock_->pause();
    const bool open = co_await begin(limit);
    if (!open) {
      clock_->resume();
      co_return tl::unexpected(*fault_);
    }
    const auto piece = co_await reader_.read_piece(limit);
    clock_->resume();
    if (!piece)
      fault_ = piece.error();
    co_return piece;
  }

  /// Instead of `read_some`, for a route that wants all at once.
  asio::awaitable<read_result<std::string>> read_whole(std::uint64_t limit) {
    const bool open = co_await begin(limit);
    if (!open)
      co_return tl::unexpected(*fault_);
    auto whole = co_await reader_.read_body(limit);
    if (!whole)
      fault_ = whole.error();
    co_return whole;
  }

  /// Before `read_some`: it stands still while the client is waited for. Has to outlive the reading.
  void attach(response_clock& clock) { clock_ = &clock; }

  /// Nothing more is read: the connection is about to be closed.
  void give_up() { fault_ = error_code::request_timeout; }

  /// The client left before its body was complete.
  bool is_gone() const { return fault_ == error_code::none; }

private:
  /// False if there is a fault.
  asio::awaitable<bool> begin(std::uint64_t limit) {
    if (!fault_ && reader_.announces_over(limit))
      fault_ = error_code::payload_too_large;
    if (!fault_ && std::exchange(must_invite_, false)) {
      const auto sent = co_await socket_.write(go_on, {}, pause_);
      if (sent.how != transfer::end::done)
        fault_ = error_code::none;
    }
    co_return !fault_;
  }

  timed_socket& socket_;
  request_reader& reader_;
  std::chrono::milliseconds pause_;
  bool must_invite_;
  std::optional<error_code> fault_;
  response_clock* clock_ = nullptr;
};

class http_connection {
public:
  http_connection(http_context& context, stream socket)
    : context_(context), socket_(std::move(socket)), reader_(socket_, context.options) {}

  asio::awaitable<void> run() {
    // g++ 12 makes a trap of a loop that is nothing but its awaiting condition.
    bool more = co_await open(socket_, context_.options);
    address_ = socket_.address();
    while (more)
      more = co_await serve_one();
  }

private:
  /// False if it was the last request, and the socket is closed or given away.
  asio::awaitable<bool> serve_one() {
    asked_ = nullptr;
    const auto head = co_await reader_.read_head();
    route_ = {};
    begun_ = std::chrono::steady_clock::now();
    if (!head)
      co_return co_await give_up(head.error(), context_.options.fallback);
    auto kept_out = error_code::none;
    if (find_stranger(context_, *head)) {
      auto entrance = let_in(context_, *head);
      kept_out = co_await std::move(entrance);
    }
    auto todo = make_plan(context_, *head, address_);
    if (kept_out != error_code::none)
      todo.ready = to_response(kept_out, todo.from.lang);
    asked_ = &todo.from;
    route_ = todo.row != nullptr ? std::string_view(todo.row->name) : std::string_view();
    if (todo.row != nullptr && todo.row->kind == route_kind::websocket) {
      auto accept = check_handshake(*head, todo.from.called, context_.options.origins, context_.node.draining());
      auto extension = choose_extension(*head);
      if (accept && extension) {
        if (!context_.options.compression)
          extension->answer.clear();
        co_await hand_over(*todo.row, todo.from, *accept, *extension);
        co_return false;
      }
      todo.ready = to_response(accept ? refusal(error_code::bad_request) : accept.error(), todo.from.lang);
    }
    connection_body body(socket_, reader_, *head, context_.options.body_pause);
    if (!todo.ready && todo.row->body == body_mode::streamed) {
      todo.from.stream = &body;
      co_return co_await serve(*head, todo, body);
    }
    const auto limit = todo.row != nullptr ? context_.options.*todo.row->body_limit : context_.options.body_bytes;
    // Where the answer is known, no client is made to send what nobody wants.
    if (todo.ready && (head->expects_continue || head->refused || reader_.announces_over(limit)))
      co_return co_await reply(*head, std::move(*todo.ready), true);
    auto whole = co_await body.read_whole(limit);
    if (body.is_gone())
      co_return false;
    if (!whole)
      co_return co_await reply(*head, to_response(whole.error(), todo.from.lang), true);
    if (todo.ready)
      co_return co_await reply(*head, std::move(*todo.ready), false);
    todo.from.body = std::move(*whole);
    co_return co_await serve(*head, todo, body);
  }

  /// Runs the handler and answers. What a handler leaves of a body that it pulls ends the connection. Where it takes
  /// too long, the client is told so and let go; the request lives on here until the handler has done what it owes to
  /// others.
  asio::awaitable<bool> serve(const request_head& head, plan& todo, connection_body& body) {
    answering here(context_.node.requests);
    const auto where = co_await asio::this_coro::executor;
    response_clock clock(where, context_.options.response);
    body.attach(clock);
    std::optional<response> out;
    auto finish = [&out, &clock](const std::exception_ptr&, response x) {
      out = std::move(x);
      clock.finish();
    };
    asio::co_spawn(where, run_handler(context_, todo), std::move(finish));
    const bool in_time = co_await clock.wait();
    if (!in_time) {
      body.give_up();
      co_await let_go(head, todo.from.lang);
      clock.pause();
      co_await clock.wait();
      co_return false;
    }
    if (body.is_gone())
      co_return false;
    const bool must_close = todo.from.stream != nullptr && !reader_.is_body_done();
    co_return co_await reply(head, std::move(*out), must_close);
  }

  /// Tells the client that its answer takes too long. Does not throw: somebody has to wait for the handler.
  asio::awaitable<void> let_go(const request_head& head, language lang) {
    try {
      co_await reply(head, to_response(refusal(error_code::rate_limited), lang), true);
    } catch (const std::exception& reason) {
      spdlog::error("an answer failed: {}", reason.what());
    }
  }

  /// Answers; true if the connection lives on.
  asio::awaitable<bool> reply(const request_head& head, response out, bool must_close) {
    tell_refusal(head, out.refused);
    allow_origin(out, head, context_.options.origins);
    if (socket_.is_secure())
      require_tls(out);
    const bool close = must_close || !head.keep_alive || context_.node.draining();
    const auto word = close              ? connection_word::close
                      : head.is_http_1_0 ? connection_word::keep_alive
                                         : connection_word::none;
    const auto text = write_head(out, word, context_.now());
    const auto body = head.method == "HEAD" ? std::string_view() : std::string_view(out.body);
    const auto sent = co_await socket_.write(text, body, context_.options.body_pause);
    bool complete = sent.how == transfer::end::done;
    const auto* const file = out.file && head.method != "HEAD" ? &*out.file : nullptr;
    if (complete && file != nullptr)
      complete = co_await write_file(socket_, *context_.node.files, *file, context_.options.body_pause);
    tell_access(head, out.status, file != nullptr ? file->length : body.size(), complete);
    if (!complete)
      co_return false;
    if (context_.node.http != nullptr) {
      auto trace = find_trace(head);
      if (trace && !trace->sampled)
        trace.reset(); // nobody could look at it
      context_.node.http->add(route_, out.status, std::chrono::steady_clock::now() - begun_, trace, context_.now());
    }
    if (close)
      co_await socket_.close_gracefully(linger);
    co_return !close;
  }

  void tell_refusal(const request_head& head, error_code why) {
    if (context_.node.refusals == nullptr || asked_ == nullptr)
      return;
    if (why == error_code::invalid_token || why == error_code::token_expired)
      context_.node.refusals->refused_token(
        asked_->address, why, head.method + ' ' + loggable_target(head.target.substr(0, head.target.find('?'))));
    else if (why == error_code::wrong_password)
      context_.node.refusals->failed_login(asked_->address, why, asked_->caller.user);
  }

  void tell_access(const request_head& head, int status, std::uint64_t bytes, bool complete) const {
    if (!context_.node.access)
      return;
    context_.node.access({.method = head.method,
                          .target = head.target,
                          .status = status,
                          .bytes = bytes,
                          .duration = std::chrono::steady_clock::now() - begun_,
                          .address = asked_ != nullptr ? asked_->address : address_,
                          .user = asked_ != nullptr ? asked_->caller.user : user_id{},
                          .is_complete = complete,
                          .trace = find_trace(head)});
  }

  /// Ends a connection whose next request cannot be read.
  asio::awaitable<bool> give_up(error_code why, language lang) {
    if (why == error_code::none)
      co_return false;
    const request_head unknown;
    co_return co_await reply(unknown, to_response(why, lang), true);
  }

  asio::awaitable<void> hand_over(const route& row, const request& from, std::string_view accept,
                                  const extension_choice& extension) {
    answering here(context_.node.requests); // until it counts among the sockets
    auto offer = choose_subprotocol(*from.head);
    // Who waits for a 100 hears it before the 101 (RFC 9110 §7.8).
    const auto text = (from.head->lists("Expect", "100-continue") ? std::string(go_on) : std::string())
                        .append(switching_protocols(accept, offer.chosen, extension.answer));
    const auto sent = co_await socket_.write(text, {}, context_.options.body_pause);
    tell_access(*from.head, 101, 0, sent.how == transfer::end::done);
    if (sent.how != transfer::end::done)
      co_return;
    auto opened = open_upgraded(row.socket, from, std::move(offer.token), socket_.release(), reader_.take_leftover());
    if (!extension.answer.empty())
      opened.deflate = extension.deflate;
    context_.on_upgrade(std::move(opened));
  }

  http_context& context_;
  timed_socket socket_;
  request_reader reader_;
  std::string address_;                           ///< of the peer
  const request* asked_ = nullptr;                ///< the one at hand, as far as it is understood
  std::string_view route_;                        ///< of the request at hand; empty if none fitted
  std::chrono::steady_clock::time_point begun_{}; ///< when its head was there
};

} // namespace

asio::awaitable<void> refuse_http(http_context& context, stream socket, error_code why) {
  try {
    timed_socket peer(std::move(socket));
    if (!co_await open(peer, context.options))
      co_return;
    request_reader reader(peer, context.options);
    const auto head = co_await reader.read_head(); // an answer before the question would be lost
    const auto begun = std::chrono::steady_clock::now();
    auto out = to_response(why, context.options.fallback);
    if (peer.is_secure())
      require_tls(out);
    const auto text = write_head(out, connection_word::close, context.now());
    const auto sent = co_await peer.write(text, out.body, context.options.body_pause);
    if (context.node.access)
      context.node.access({.method = head ? std::string_view(head->method) : std::string_view(),
                           .target = head ? std::string_view(head->target) : std::string_view(),
                           .status = out.status,
                           .bytes = out.body.size(),
                           .duration = std::chrono::steady_clock::now() - begun,
                           .address = peer.address(),
                           .is_complete = sent.how == transfer::end::done});
    co_await peer.close_gracefully(linger);
  } catch (const std::exception& reason) {
    spdlog::error("HTTP connection failed: {}", reason.what());
  }
}

std::string refusal_text(const http_context& context, error_code why) {
  const auto out = to_response(why, context.options.fallback);
  return write_head(out, connection_word::close, context.now()) + out.body;
}

asio::awaitable<void> serve_http(http_context& context, stream socket) {
  try {
    http_connection connection(context, std::move(socket));
    co_await connection.run();
  } catch (const std::exception& reason) {
    spdlog::error("HTTP connection failed: {}", reason.what());
  }
}

} // namespace parley::net
