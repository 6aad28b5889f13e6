// One process's share of the scenario `fanout`: some of the rooms with all of their members.
#pragma once

#include "load/measure/deliveries.hpp"
#include "load/measure/flight.hpp"
#include "load/scenario/crowd.hpp"
#include "load/scenario/fanout.hpp"
#include "load/scenario/publisher.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace parley::load {

class fanout_part final : public crowd {
public:
  /// Takes the rooms whose index is that of the process modulo their number. `options` outlives it.
  fanout_part(const fanout_options& options, const part_setup& setup);

  void open(std::int64_t now) override;
  [[nodiscard]] bool opened() const override { return crowd::opened() && publisher_.ready(); }
  void step(std::int64_t now) override;
  [[nodiscard]] std::int64_t next_due() const override;
  [[nodiscard]] bool settled() const override;
  void close() override;

private:
  struct room {
    std::uint32_t id;
    std::size_t first_place; ///< members stand side by side
    std::uint32_t present;   ///< members that are still connected
    bool silent = false;     ///< a sender is gone
    flight messages;
    std::vector<std::deque<std::int64_t>> unacknowledged; ///< by sender: when what was sent was meant to leave
  };

  void on_message(std::size_t place, std::string_view text, std::int64_t received_ns) override;
  void on_gone(std::size_t place, const closing& why) override;

  [[nodiscard]] bool open_loop() const { return options_.rate > 0; }
  [[nodiscard]] room& room_of(std::size_t place) { return rooms_[place / options_.members]; }
  void on_delivery(std::size_t place, std::uint32_t number, std::int64_t sent_ns, std::string_view text,
                   std::int64_t received_ns);
  void on_other(std::size_t place, std::string_view text, std::int64_t received_ns);
  /// Whether message `number` is meant for this member at all.
  [[nodiscard]] bool awaits(const room& in, std::size_t place, std::uint32_t number) const;
  void publish(room& in, std::int64_t intended_ns);

  const fanout_options& options_;
  delivery_counts counts_;
  std::uint64_t& acks_expected_;
  std::vector<room> rooms_;
  std::vector<std::uint64_t> last_ids_; ///< by place
  arrival_log arrivals_;                ///< a stream a member and sender
  publisher publisher_;
  std::uint64_t scheduled_ = 0; ///< open loop: messages of this process that were due
  bool begun_ = false;
  std::string content_; ///< of every message; only the marker changes
  std::string frame_;
};

} // namespace parley::load
