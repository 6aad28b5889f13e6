// People who watch a video together, each behind a slow network and with a clock of its own that is wrong. They know
// nothing but what the messages of the wire contract tell them.
#pragma once

#include "tests/support/small_node.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <vector>

namespace parley::test {

/// What one client knows of how far the server's clock is ahead of its own, from `clock_ping`s. Milliseconds.
///
/// A ping tells two things: the server's clock cannot be ahead by more than t1 − t0, nor by less than t2 − t3. The
/// closest bounds of the latest pings come from the messages that were delayed least, each way on its own; the truth
/// is taken to be in their middle.
class offset_estimate {
public:
  static constexpr std::size_t remembered = 64; ///< pings; older ones are forgotten, as clocks drift

  void add(double t0, double t1, double t2, double t3);
  /// 0 before the first pong.
  double value() const;

private:
  struct bounds {
    double below = 0;
    double above = 0;
  };
  std::deque<bounds> pings_;
};

/// How long messages take on one client's way to the server and back, in milliseconds.
struct network {
  enum class kind {
    paths, ///< each client has a shortest time of its own, alike both ways to within 25 ms, and jitter upon it
    noise, ///< every message takes any time from 20 to 400, whatever the others took
  };
  kind what = kind::paths;
  double shortest_up = 20;
  double shortest_down = 20;

  double draw(bool is_up, std::mt19937& lot) const;
};

/// One client with its clock.
class watcher {
public:
  watcher(client& socket, double skew_ms, network way) : socket_(&socket), way_(way), skew_ms_(skew_ms) {}

  /// Its own clock, wrong by its skew.
  double clock(timestamp truly) const;
  /// A frame has come.
  void hears(const json& frame, timestamp truly);
  /// Seconds; where it shows the video at that moment. None where it was told of none.
  std::optional<double> position(timestamp truly, bool minds_offset) const;
  /// How wrong its idea of the server's clock is, in milliseconds.
  double offset_error() const { return offset_.value() + skew_ms_; }
  const json& state() const { return state_; }

  client& socket() const { return *socket_; }
  const network& way() const { return way_; }

  timestamp last_up{};   ///< when what it said last reaches the server; a socket keeps the order
  timestamp last_down{}; ///< when what it is told last reaches it

private:
  client* socket_;
  network way_;
  double skew_ms_;
  offset_estimate offset_;
  json state_;
};

/// All of them with the server, in simulated time.
class watch_party {
public:
  watch_party(unsigned seed, network::kind way, int watchers);

  /// One more, who joins `after` from now and pings: quickly at first, then once a second.
  watcher& add(std::chrono::milliseconds after = {});
  /// Who steers; the first of all.
  void steers(const std::string& what, json payload) { says(all_.front(), "sync_" + what, std::move(payload)); }
  void says(watcher& who, const std::string& type, json payload);
  void run(std::chrono::milliseconds how_long);

  std::deque<watcher>& all() { return all_; }
  /// How far the watchers are apart, in milliseconds: of every two of them, the 95th percentile.
  double spread(bool minds_offset = true) const;
  timestamp now() const { return node_.now(); }
  video_id film() const { return film_; }

private:
  struct event {
    timestamp at;
    std::uint64_t order = 0;
    std::function<void()> what;
    bool operator<(const event& x) const { return std::tie(x.at, x.order) < std::tie(at, order); }
  };
  void schedule(timestamp at, std::function<void()> what);
  void keep_pinging(watcher& who, int sent);
  /// Sends what the server said on its way.
  void collect();

  std::mt19937 lot_;
  network::kind way_;
  small_node node_;
  user_id owner_;
  room_id room_;
  video_id film_;
  std::deque<watcher> all_;
  std::priority_queue<event> events_;
  std::uint64_t next_ = 0;
};

} // namespace parley::test
