// The composition root of a serving node: what is built from what, and in which order it ends.
#pragma once

#include "app/webhook_courier.hpp"
#include "cluster/member.hpp"
#include "config/settings.hpp"
#include "net/server.hpp"
#include "storage/ports.hpp"

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace parley::app {

/// What a node asks of whoever runs it. Called on any thread.
struct node_orders {
  std::function<void()> drain; ///< to begin an orderly end: an administrator asked for it, or the node's place is lost
};

class node {
public:
  /// Opens and migrates the database, starts the actors; nothing listens yet. `secret` signs access tokens; `keys`
  /// are those of `auth.jwks`.
  /// Throws storage::storage_error, std::runtime_error where TLS's files are no good.
  node(const config::settings& s, const std::string& secret, time_source now, node_orders orders,
       std::shared_ptr<auth::key_source> keys = nullptr);
  node(const node&) = delete;
  node& operator=(const node&) = delete;
  /// Stops without draining.
  ~node();

  /// Begins to serve; returns where. Throws std::runtime_error: one line.
  std::vector<net::bound_place> start(const net::listen_wish& where);

  /// As net::server does; throws as it does.
  std::optional<timestamp> reload_certificates() { return server_.reload_certificates(); }

  /// How many sockets of every kind there may be.
  std::int64_t max_connections() const { return options_.max_connections; }
  std::uint32_t threads() const { return static_cast<std::uint32_t>(actors_.hubs.size()); }

  /// Tells every session, and takes no new connection.
  void drain();
  /// True when nothing is left to wait for.
  bool is_quiet() const { return server_.is_quiet(); }

  /// Waits until the writer has committed what was asked so far, at most `patience`. False where it did not.
  bool commit_all(std::chrono::milliseconds patience);

  /// Tokens were revoked in the database: nobody takes them any more, and their sockets end. Any thread.
  void revoke(storage::revocations list);

  /// Another server has taken this one's place on the database: nothing can be stored any more. Any thread.
  bool is_fenced() const { return lease_ && lease_->is_fenced(); }
  /// It may have been taken: the database has been silent for too long. Any thread.
  bool is_suspended() const { return lease_ && lease_->is_suspended(); }

  /// Asks every I/O thread's hub, the directory, the placement and the writer. False, and a line in the log, where one
  /// of them did not answer within `limit`. Any thread, not at the same time as the end.
  bool answers(std::chrono::milliseconds limit);

private:
  void stop();
  void end_courier();

  void join_others(std::unique_ptr<storage::node_table> table, const time_source& now);

  config::settings settings_;
  std::unique_ptr<storage::lease> lease_; ///< outlives all that writes
  std::int64_t slot_ = 0;                 ///< among several nodes; 0: it is alone
  caf::actor_system_config system_config_;
  caf::actor_system system_;
  net::worker_options options_;
  net::server server_;
  committer_actor writer_; ///< behind the gate that everybody else knows as the writer
  net::node_actors actors_;
  std::unique_ptr<cluster::member> others_; ///< null where the node is alone; its actors stand in front of these
  placement_actor local_placement_;
  directory_actor local_directory_;
  task_board_actor local_tasks_;
  storage::revocations revoked_;
  std::mutex courier_lock_;          ///< of the next one
  webhook_courier* woken_ = nullptr; ///< by the writer, which begins before it and ends after it
  std::function<std::unique_ptr<webhook_courier>()> make_courier_;
  std::unique_ptr<webhook_courier> courier_;
};

} // namespace parley::app
