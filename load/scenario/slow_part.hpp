// One process's share of the scenario `slow`: some of the rooms with all of their members.
#pragma once

#include "load/measure/deliveries.hpp"
#include "load/measure/flight.hpp"
#include "load/scenario/crowd.hpp"
#include "load/scenario/publisher.hpp"
#include "load/scenario/room_ledger.hpp"
#include "load/scenario/schedule.hpp"
#include "load/scenario/slow.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace parley::load {

/// The last members of a room stall: from the beginning of the load they do not read a byte, and at its end, or after
/// `stall_ms`, they read again, to see what became of them. Who is closed is owed nothing. Who stays must hear all in
/// the end: what it does not is expected and lost, and what it hears twice or misplaced counts; beside that,
/// `expected`, `delivered` and the latency are those of the others. The first member sends.
///
/// Counts beside those of `delivery_counts`: `stalled`, `stalled_closed` and of these `stalled_closed_4413`,
/// `stalled_closed_other` (another code) and `stalled_cut` (no close frame was left to read: the server had given up
/// waiting for room for it), `stalled_delivered` (distinct messages that they read in the end).
class slow_part final : public crowd {
public:
  /// Takes the rooms whose index is that of the process modulo their number. `options` outlives it.
  slow_part(const slow_options& options, const part_setup& setup);

  void open(std::int64_t now) override;
  [[nodiscard]] bool opened() const override { return crowd::opened() && publisher_.ready(); }
  void begin(const plan& when) override;
  void step(std::int64_t now) override;
  [[nodiscard]] std::int64_t next_due() const override;
  void finish(std::int64_t now) override;
  [[nodiscard]] bool settled() const override;
  /// Those that do not read cannot hear that the server is gone.
  [[nodiscard]] bool over() const override { return live_healthy_ == 0; }
  void close() override;

private:
  struct room {
    std::uint32_t id;
    std::size_t first_place; ///< members stand side by side, those that stall last
    bool silent = false;     ///< the sender is gone
    room_ledger messages;    ///< of the healthy members
  };

  void on_message(std::size_t place, std::string_view text, std::int64_t received_ns) override;
  void on_gone(std::size_t place, const closing& why) override;
  [[nodiscard]] bool may_go(std::size_t place) const override { return stalls(place); }

  /// What a stalled member has read.
  struct reading {
    std::uint32_t distinct = 0; ///< messages
    std::uint64_t last_id = 0;  ///< the greatest
  };

  [[nodiscard]] room& room_of(std::size_t place) { return rooms_[place / options_.members]; }
  [[nodiscard]] bool stalls(std::size_t place) const { return place % options_.members >= healthy_; }
  [[nodiscard]] std::int64_t stall_to() const;
  void set_reading(bool on);
  void on_delivery(std::size_t place, std::uint32_t number, std::int64_t sent_ns, std::string_view text,
                   std::int64_t received_ns);
  void on_stalled_delivery(std::size_t place, std::uint32_t number, std::string_view text);
  [[nodiscard]] std::uint32_t lacking(std::size_t place) const; ///< messages that a stalled member has not heard
  void publish(room& in, std::int64_t intended_ns);

  const slow_options& options_;
  std::uint32_t healthy_; ///< members of a room that go on reading
  std::size_t live_healthy_ = 0;
  delivery_counts counts_;
  std::uint64_t& stalled_delivered_;
  std::vector<room> rooms_;
  std::vector<reading> stalled_; ///< by place
  arrival_log stalled_arrivals_; ///< by place
  bool stalling_ = false;
  bool finished_ = false; ///< nobody was stopped before the stalled could read again
  schedule schedule_;
  publisher publisher_;
  marked_text content_;
  std::string frame_;
};

} // namespace parley::load
