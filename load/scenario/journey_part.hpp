// One process's share of the scenario `journey`: some of the users, each with its connections.
#pragma once

#include "load/dialect/entry.hpp"
#include "load/journey/user.hpp"
#include "load/scenario/journey.hpp"
#include "load/scenario/part.hpp"
#include "load/wire/client.hpp"
#include "load/wire/http.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <queue>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace parley::load {

/// Counts `connections`, `handshakes`, `closes`, `errors`, `other_frames`, `sent`, `measured_sent`, `steps_done`,
/// `measured_steps`, `steps_failed`, `journeys`, `measured_journeys`, `journeys_failed`, `unanswered`, and by step
/// `step.NAME.done`, `step.NAME.failed`; histograms `handshake`, `step`, `journey`, `step.NAME`; first texts `error`,
/// `close`, `step.NAME`. Times are those of what ended in the measured time, numbers those of the whole run.
class journey_part final : public part, private client_events, private http_events, private journey_world {
public:
  /// Takes the users whose number is that of the process modulo their number. `options` outlives it.
  journey_part(const journey_options& options, const part_setup& setup);

  void open(std::int64_t) override {}
  [[nodiscard]] bool opened() const override { return true; }
  [[nodiscard]] std::int64_t next_open(std::int64_t now) const override { return now; }
  void begin(const plan& when) override;
  void step(std::int64_t now) override;
  [[nodiscard]] std::int64_t next_due() const override;
  void end_at(std::int64_t now) override { plan_.measure_to = std::min(plan_.measure_to, now); }
  void finish(std::int64_t now) override;
  [[nodiscard]] bool settled() const override;
  void close() override;
  void tell(tally& counts) override;

private:
  struct seat {
    seat(const journey_script& script, std::uint32_t place, std::uint32_t number)
      : number(number), link(number, place), requests(place), acts(script, place, number) {}

    std::uint32_t number; ///< in the whole run
    client link;
    http_client requests;
    entry doors;
    journey_user acts;
    std::string token; ///< of its own
    std::int64_t started_ns = 0;
    bool connects = false; ///< wants to, when it is its turn
    bool alive = false;
  };

  struct step_counts {
    std::uint64_t& done;
    std::uint64_t& failed;
    histogram& times;
  };

  // -- client_events, http_events ----------------------------------------------
  void on_open(client& from, std::int64_t received_ns) override;
  void on_text(client& from, std::string_view text, std::int64_t received_ns) override;
  void on_closed(client& from, const closing& why) override;
  void on_answer(http_client& from, unsigned status, std::string_view body, std::int64_t received_ns) override;
  void on_http_closed(http_client& from, const std::string& why) override;

  // -- journey_world ------------------------------------------------------------
  void connect(std::uint32_t place, std::string_view token) override;
  std::string_view join(std::uint32_t place) override;
  std::string_view leave(std::uint32_t place) override;
  void hang_up(std::uint32_t place) override;
  bool send(std::uint32_t place, std::string_view text) override;
  void request(std::uint32_t place, const journey_step& what, const fillings& with) override;
  void wake_at(std::uint32_t place, std::int64_t time_ns) override { alarms_.emplace(time_ns, place); }
  void done(std::size_t name, std::int64_t ns) override;
  void failed(std::size_t name, const std::string& why) override;
  void ended(bool whole, std::int64_t ns) override;
  [[nodiscard]] std::int64_t now() const override;
  double chance() override;
  [[nodiscard]] fillings about(std::uint32_t place) override;

  /// Connections are begun here alone, never from within an event of another one.
  void begin_connections();
  void start(seat& who);
  void left(seat& who);
  void one_text(seat& who, std::string_view text, std::int64_t received_ns);
  void inside(seat& who, std::int64_t received_ns);
  std::string_view exchanged(std::uint32_t place, const exchange& how);
  void note_sent();
  [[nodiscard]] std::int64_t sets_out_ns() const;
  [[nodiscard]] const dial& server(const seat& of) const { return setup_.to.of(of.number); }

  const journey_options& options_;
  part_setup setup_;
  plan plan_;
  std::deque<seat> seats_;             ///< never moves an element
  std::size_t begun_ = 0;              ///< users that set out
  std::vector<std::uint32_t> waiting_; ///< places that want to connect, or to send a request
  std::vector<step_counts> steps_;     ///< by name
  std::mt19937_64 chance_;
  std::uint64_t attempts_ = 0; ///< spread over source addresses

  struct request_line {
    std::string method, target, headers, body;
  };
  std::vector<request_line> requests_; ///< by place: what waits to leave

  using alarm = std::pair<std::int64_t, std::uint32_t>; ///< when, and whose place
  std::priority_queue<alarm, std::vector<alarm>, std::greater<>> alarms_;

  std::string frame_;
};

} // namespace parley::load
