// The life of one HTTP connection: requests in, answers out in the same order, until it ends or becomes a WebSocket.
#include "net/http/answer_writer.hpp"
#include "net/http/context.hpp"
#include "net/http/cors.hpp"
#include "net/http/dispatch.hpp"
#include "net/http/handshake.hpp"
#include "net/http/request_reader.hpp"

#include <spdlog/spdlog.h>

namespace parley::net {

namespace asio = boost::asio;

namespace {

/// How long the peer of a closed connection may take to read the last answer.
constexpr std::chrono::milliseconds linger{2000};

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

class http_connection {
public:
  http_connection(http_context& context, asio::ip::tcp::socket socket)
    : context_(context), socket_(std::move(socket)), reader_(socket_, context.options), address_(socket_.address()) {}

  asio::awaitable<void> run() {
    // g++ 12 makes a trap of a loop that is nothing but its awaiting condition.
    for (bool more = true; more;)
      more = co_await serve_one();
  }

private:
  /// False where it was the last request, and the socket is closed or given away.
  asio::awaitable<bool> serve_one() {
    const auto head = co_await reader_.read_head();
    if (!head)
      co_return co_await give_up(head.error(), context_.options.fallback);
    auto todo = make_plan(context_, *head, address_);
    if (todo.row != nullptr && todo.row->kind == route_kind::websocket) {
      auto accept = check_handshake(context_, *head);
      if (accept) {
        co_await hand_over(todo.from, *accept);
        co_return false;
      }
      todo.ready = to_response(accept.error(), todo.from.lang);
    }
    if (todo.ready && head->expects_continue)
      co_return co_await reply(*head, std::move(*todo.ready), true);
    if (const auto refused = co_await receive_body(*head, todo); refused != error_code::none)
      co_return co_await reply(*head, to_response(refused, todo.from.lang), true);
    if (is_gone_)
      co_return false;
    if (todo.ready)
      co_return co_await reply(*head, std::move(*todo.ready), false);
    answering here(context_.node.requests);
    auto out = co_await run_handler(context_, todo);
    co_return co_await reply(*head, std::move(out), false);
  }

  /// `none` where the body is there, or where the peer is gone.
  asio::awaitable<error_code> receive_body(const request_head& head, plan& todo) {
    const auto limit = todo.row != nullptr ? context_.options.*todo.row->body_limit : context_.options.body_bytes;
    if (reader_.announces_over(limit))
      co_return error_code::payload_too_large;
    if (head.expects_continue) {
      constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      const auto sent = co_await socket_.write(go_on, {}, context_.options.body_pause);
      is_gone_ = sent.how != transfer::end::done;
      if (is_gone_)
        co_return error_code::none;
    }
    auto body = co_await reader_.read_body(limit);
    if (body)
      todo.from.body = std::move(*body);
    else
      is_gone_ = body.error() == error_code::none;
    co_return body ? error_code::none : body.error();
  }

  /// Answers; true where the connection lives on.
  asio::awaitable<bool> reply(const request_head& head, response out, bool must_close) {
    allow_origin(out, head, context_.options.origins);
    const bool close = must_close || !head.keep_alive || context_.node.draining();
    const auto word = close              ? connection_word::close
                      : head.is_http_1_0 ? connection_word::keep_alive
                                         : connection_word::none;
    const auto text = write_head(out, word, context_.now());
    const auto body = head.method == "HEAD" ? std::string_view() : std::string_view(out.body);
    const auto sent = co_await socket_.write(text, body, context_.options.body_pause);
    if (sent.how != transfer::end::done)
      co_return false;
    if (close)
      co_await socket_.close_gracefully(linger);
    co_return !close;
  }

  /// Ends a connection whose next request cannot be read.
  asio::awaitable<bool> give_up(error_code why, language lang) {
    if (why == error_code::none)
      co_return false;
    const request_head unknown;
    co_return co_await reply(unknown, to_response(why, lang), true);
  }

  asio::awaitable<void> hand_over(const request& from, std::string_view accept) {
    const auto text = switching_protocols(accept);
    const auto sent = co_await socket_.write(text, {}, context_.options.body_pause);
    if (sent.how == transfer::end::done)
      context_.on_upgrade(open_upgraded(from, socket_.release(), reader_.take_leftover()));
  }

  http_context& context_;
  timed_socket socket_;
  request_reader reader_;
  std::string address_;
  bool is_gone_ = false;
};

} // namespace

asio::awaitable<void> refuse_http(http_context& context, asio::ip::tcp::socket socket, error_code why) {
  try {
    timed_socket peer(std::move(socket));
    request_reader reader(peer, context.options);
    co_await reader.read_head(); // an answer before the question would be lost
    const auto out = to_response(why, context.options.fallback);
    const auto text = write_head(out, connection_word::close, context.now());
    co_await peer.write(text, out.body, context.options.body_pause);
    co_await peer.close_gracefully(linger);
  } catch (const std::exception& reason) {
    spdlog::error("HTTP connection failed: {}", reason.what());
  }
}

asio::awaitable<void> serve_http(http_context& context, asio::ip::tcp::socket socket) {
  try {
    http_connection connection(context, std::move(socket));
    co_await connection.run();
  } catch (const std::exception& reason) {
    spdlog::error("HTTP connection failed: {}", reason.what());
  }
}

} // namespace parley::net
