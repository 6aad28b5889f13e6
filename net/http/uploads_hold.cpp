#include "net/http/uploads_hold.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace parley::net {

namespace {

/// Another node gives an upload back a moment after its client has the answer, and the client may be here by then.
constexpr int tries = 6;
constexpr std::chrono::milliseconds between_tries{50};

} // namespace

upload_hold::~upload_hold() {
  if (cluster_)
    caf::anon_send(cluster_, release_upload{std::move(id_)});
}

boost::asio::awaitable<tl::expected<upload_hold, refusal>> hold_upload(http_context& context, const std::string& id) {
  auto here = context.node.uploads->take(id);
  if (!here)
    co_return tl::unexpected<refusal>(error_code::upload_conflict);
  auto cluster = context.ask.actors().cluster;
  boost::asio::steady_timer pause(co_await boost::asio::this_coro::executor);
  for (int left = cluster ? tries : 0; left > 0; --left) {
    parley::hold_upload question{id};
    const auto held = co_await context.ask.ask<bool>(cluster, std::move(question));
    if (!held)
      co_return tl::unexpected<refusal>(held.error());
    if (*held)
      break;
    if (left == 1)
      co_return tl::unexpected<refusal>(error_code::upload_conflict);
    pause.expires_after(between_tries);
    auto waited = pause.async_wait(boost::asio::use_awaitable);
    co_await std::move(waited);
  }
  co_return upload_hold(std::move(*here), std::move(cluster), id);
}

} // namespace parley::net
