// One thread of the scenario `fanout`: some of the rooms with all of their members.
#pragma once

#include "load/client.hpp"
#include "load/flight.hpp"
#include "load/histogram.hpp"
#include "load/opener.hpp"
#include "load/options.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

namespace parley::load {

/// When what happens, as `now_ns()`.
struct fanout_plan {
  std::int64_t start = 0; ///< first message
  std::int64_t measure_from = 0;
  std::int64_t measure_to = 0; ///< also of sending
  std::int64_t drain_to = 0;   ///< at the latest
};

/// What a worker saw. The whole run unless a name says `measured`.
struct fanout_counts {
  std::uint64_t sent = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t expected = 0;  ///< deliveries: members of the room at each send
  std::uint64_t delivered = 0; ///< distinct ones
  std::uint64_t doubled = 0;
  std::uint64_t out_of_order = 0; ///< by id, or by the order of one sender
  std::uint64_t strays = 0;       ///< in the wrong room, never sent, or without an id
  std::uint64_t errors = 0;       ///< frames of type `error`
  std::uint64_t closes = 0;       ///< connections that ended by themselves
  std::uint64_t other_frames = 0; ///< presence and the like
  std::uint64_t measured_sent = 0;
  std::uint64_t measured_delivered = 0;
  std::int64_t measured_ns = 0;     ///< less than the duration where the run ended early
  std::int64_t measured_cpu_ns = 0; ///< of this thread
  double busiest_thread = 0;        ///< CPU share of the measured time, 0..1
  std::string first_error;          ///< its code
  std::string first_close;
  histogram latency;  ///< of messages meant for the measured time, from when they were meant to leave, ns
  histogram send_lag; ///< how late the client itself queued them, ns

  void merge(const fanout_counts& other);
};

/// What workers and the main thread tell each other.
struct fanout_shared {
  std::atomic<bool> stop{false};
  std::atomic<std::uint32_t> ready{0}; ///< workers whose connections are all in their rooms
  std::atomic<const fanout_plan*> plan{nullptr};
  std::atomic<std::uint32_t> finished{0};
};

/// Lives on one thread, but for the constructor, `fault` and `counts` after its end.
class fanout_worker final : client_events {
public:
  /// Takes the rooms whose index is `number` modulo the number of threads. References must outlive it.
  fanout_worker(const fanout_options& options, const dial& to, const std::vector<std::string>& tokens,
                std::uint32_t number, std::uint32_t run, fanout_shared& shared);

  /// Opens, waits for the plan, carries it out. Stops early where `shared.stop` is set or no connection is left.
  void run();

  [[nodiscard]] const std::optional<std::string>& fault() const { return fault_; } ///< one line; no figures then
  [[nodiscard]] const fanout_counts& counts() const { return counts_; }

private:
  struct room {
    std::uint32_t id;
    std::uint32_t first_member; ///< members stand side by side
    std::uint32_t present;      ///< members that are still connected
    bool silent = false;        ///< a sender is gone
    flight messages;
  };

  struct member {
    member(std::uint32_t index, std::uint32_t of_room) : link(index), room_index(of_room) {}

    client link; ///< its index is that of the token
    std::uint32_t room_index;
    entry_state entry = entry_state::greeting_awaited;
    std::uint64_t last_id = 0;
  };

  void on_open(client&) override {}
  void on_text(client& from, std::string_view text, std::int64_t received_ns) override;
  void on_closed(client& from, const closing& why) override;

  [[nodiscard]] std::size_t place_of(const client& link) const;
  void start(std::size_t place);
  void on_delivery(std::size_t place, std::uint32_t number, std::int64_t sent_ns, std::string_view text,
                   std::int64_t received_ns);
  void on_other(std::string_view text);
  void publish(room& in, std::int64_t intended_ns);
  void publish_due(std::int64_t now);
  [[nodiscard]] std::int64_t next_due() const;
  [[nodiscard]] bool in_flight() const;
  void fail(std::string why);

  void open_all();
  void await_plan();
  void load();
  void drain();

  const fanout_options& options_;
  const dial& dial_;
  const std::vector<std::string>& tokens_;
  std::uint32_t number_;
  std::uint32_t run_;
  fanout_shared& shared_;
  loop loop_;
  std::vector<room> rooms_;
  std::deque<member> members_; ///< never moves an element
  arrival_log arrivals_;       ///< a stream a member and sender
  opener opener_;
  fanout_plan plan_;
  std::uint64_t scheduled_ = 0; ///< open loop: messages of this worker that were due
  std::size_t connected_ = 0;
  std::string frame_; ///< text of a message; only the marker changes
  fanout_counts counts_;
  std::optional<std::string> fault_;
};

} // namespace parley::load
