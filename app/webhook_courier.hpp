// Takes events from the outbox to the webhooks' receivers.
#pragma once

#include "actors/interfaces/database.hpp"
#include "app/http_post.hpp"
#include "app/webhook_schedule.hpp"
#include "net/http/webhook_figures.hpp"
#include "protocol/time.hpp"
#include "storage/ports.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <caf/actor_system.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <stop_token>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace parley::app {

struct courier_options {
  webhook_schedule schedule;
  post_rules rules;
  std::int64_t node = 0;           ///< among servers that serve together; 0: this one sends to all webhooks
  std::function<bool()> suspended; ///< another server may have this one's place: nothing is sent. Any thread
};

/// A thread of its own. Of a room one event at a time is on its way to a webhook, so that they arrive in order; other
/// rooms and webhooks do not wait for it. What was delivered and not stored as such before a crash is sent again.
class webhook_courier {
public:
  static constexpr std::size_t lanes_a_hook = 8; ///< rooms whose events are on their way to one webhook
  static constexpr std::size_t lanes_max = 64;   ///< to all of them
  static constexpr std::size_t lane_length = 16; ///< events that are sent before it is stored what became of them

  /// `writer` outlives it, as do the figures. Begins at once.
  webhook_courier(caf::actor_system& system, db_writer_actor writer, std::unique_ptr<storage::reader> reader,
                  time_source now, courier_options options, net::webhook_figures& figures);
  webhook_courier(const webhook_courier&) = delete;
  webhook_courier& operator=(const webhook_courier&) = delete;
  /// What is on its way is dropped, and sent by whoever starts next.
  ~webhook_courier();

  /// An event is about to be committed. Any thread.
  void wake();

private:
  using steady = std::chrono::steady_clock;
  using lane = std::pair<webhook_id, std::int64_t>; ///< a webhook and a room, or what stands for none

  /// What came of a lane's events, until it is stored.
  struct ended_lane {
    lane key;
    std::vector<storage::delivery_outcome> outcomes;
    bool is_gone = false; ///< the receiver said so, by 410
  };

  void run(const std::stop_token& until);
  void round();
  void look_at_hooks();
  void count_waiting();
  bool store_ended();
  void begin_lanes(const webhook& hook);
  boost::asio::awaitable<void> send_lane(webhook hook, std::vector<webhook_delivery> events);
  boost::asio::awaitable<std::string> send(const webhook& hook, const webhook_delivery& event, bool& is_gone);
  std::size_t lanes_of(webhook_id hook) const;
  bool write(std::function<void(storage::writer&)> step);

  caf::actor_system& system_;
  db_writer_actor writer_;
  std::unique_ptr<storage::reader> reader_;
  time_source now_;
  courier_options options_;
  net::webhook_figures& figures_;
  boost::asio::ssl::context trust_{boost::asio::ssl::context::tls_client};
  boost::asio::io_context loop_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{loop_.get_executor()};
  std::vector<webhook> enabled_;     ///< as the writer of one of several nodes knows them
  std::vector<webhook> hooks_;       ///< that this node sends to
  std::set<lane> busy_;              ///< on their way, or ended and not stored yet
  std::vector<ended_lane> ended_;    ///< not stored yet
  steady::time_point next_hooks_{};  ///< when to read the webhooks again
  steady::time_point next_count_{};  ///< when to count what waits
  steady::time_point next_look_{};   ///< when to look for events
  std::atomic<bool> is_woken_{true}; ///< an event was made since the last look
  std::string fault_;                ///< told already; empty where the last round was good
  std::jthread thread_;              // last: it uses all of them
};

} // namespace parley::app
