// The I/O threads of a node: started together, drained together, stopped in order.
#pragma once

#include "net/http/figures.hpp"
#include "net/http/file_pool.hpp"
#include "net/http/refusal_lines.hpp"
#include "net/http/uploads_desk.hpp"
#include "net/http/webhook_figures.hpp"
#include "net/listening.hpp"
#include "net/worker.hpp"

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace parley::net {

class server {
public:
  /// `threads` is at least 1. The options are copied. Throws std::runtime_error as tls_context does.
  server(caf::actor_system& system, std::uint32_t threads, worker_options options, time_source now);
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  ~server();

  /// The hubs, by thread.
  std::vector<hub_actor> hubs() const;
  /// Where actors of thread `index % threads` are spawned.
  pin place(std::size_t index) { return workers_[index % workers_.size()]->place(); }
  node_counters& counters() { return counters_; }

  /// Listens, and begins to serve. Returns where. Throws std::runtime_error as `listen_on` does. `slot` is that of the
  /// node among several, at most `node_slot_max`; 0: it is alone.
  std::vector<bound_place> start(const listen_wish& where, const node_actors& actors,
                                 const storage::revocations& revoked, std::int64_t slot = 0);

  /// Reads the certificates and keys anew, for connections from here on; returns when the first of them ends to be
  /// good, nullopt where there are none. Throws std::runtime_error as tls_context does, and then nothing has changed.
  std::optional<timestamp> reload_certificates();

  /// No new connection from here on; every session is told, and closes. Files of Unix sockets are removed.
  void drain();

  /// True when every WebSocket is closed and every request answered.
  bool is_quiet() const;

  /// Any thread.
  file_pool& files() { return files_; }
  /// Any thread.
  webhook_figures& webhooks() { return webhooks_; }

  /// Cuts what is left, ends the threads and joins them, ends its actors. Needed before the end, started or not.
  void stop();

private:
  worker_options options_;
  node_counters counters_;
  node_state state_;
  rate_limits limits_;
  file_pool files_; // before the workers: their requests end first
  upload_desk uploads_;
  http_figures http_;
  webhook_figures webhooks_;
  refusal_lines refusals_;
  std::vector<socket_file> socket_files_;
  std::vector<std::unique_ptr<worker>> workers_;
  std::vector<std::thread> threads_;
};

} // namespace parley::net
