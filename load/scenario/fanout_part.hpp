// One process's share of the scenario `fanout`: some of the rooms with all of their members.
#pragma once

#include "load/measure/deliveries.hpp"
#include "load/measure/flight.hpp"
#include "load/scenario/ack_book.hpp"
#include "load/scenario/crowd.hpp"
#include "load/scenario/fanout.hpp"
#include "load/scenario/publisher.hpp"
#include "load/scenario/schedule.hpp"
#include "load/scenario/stage_meter.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::load {

class fanout_part final : public crowd {
public:
  /// Takes the rooms whose index is that of the process modulo their number. `options` outlives it.
  fanout_part(const fanout_options& options, const part_setup& setup);

  void open(std::int64_t now) override;
  [[nodiscard]] bool opened() const override { return crowd::opened() && publisher_.ready(); }
  void begin(const plan& when) override;
  void step(std::int64_t now) override;
  [[nodiscard]] std::int64_t next_due() const override;
  [[nodiscard]] bool settled() const override;
  void close() override;
  void tell(tally& counts) override;

private:
  struct room {
    std::uint32_t id;
    std::size_t first_place; ///< members stand side by side
    std::uint32_t present;   ///< members that are still connected
    bool silent = false;     ///< a sender is gone
    flight messages;
    std::vector<ack_book> acks;       ///< by sender; none where the dialect has no acknowledgements
    std::uint32_t passed = 0;         ///< the greatest number that all have heard: what is below was passed over
    std::int64_t last_heard_ns = 0;   ///< by anybody
    std::uint64_t complete = 0;       ///< messages that all have heard, of the measured time
    std::int64_t complete_sum_ns = 0; ///< from when they were due
  };

  void on_message(std::size_t place, std::string_view text, std::int64_t received_ns) override;
  void on_gone(std::size_t place, const closing& why) override;

  [[nodiscard]] bool open_loop() const { return options_.pace.open_loop(); }
  [[nodiscard]] room& room_of(std::size_t place) { return rooms_[place / options_.members]; }
  void on_delivery(std::size_t place, std::uint32_t number, std::int64_t sent_ns, std::string_view text,
                   std::int64_t received_ns);
  void on_complete(room& in, const flight::message& what, std::int64_t received_ns);
  void on_other(std::size_t place, std::string_view text, std::int64_t received_ns);
  void note_ack(const std::optional<ack_book::answered>& which);
  /// A closed loop goes on in place of messages that are most likely lost.
  void refill(room& in, std::int64_t now);
  /// Whether message `number` is meant for this member at all.
  [[nodiscard]] bool awaits(const room& in, std::size_t place, std::uint32_t number) const;
  void publish(room& in, std::int64_t intended_ns);

  const fanout_options& options_;
  delivery_counts counts_;
  std::uint64_t& acks_expected_;
  std::uint64_t& given_up_;
  histogram& everyone_; ///< until the last member has heard, from when it was due
  histogram& spread_;   ///< between the first and the last member
  std::vector<room> rooms_;
  std::vector<std::uint64_t> last_ids_; ///< by place
  arrival_log arrivals_;                ///< a stream a member and sender
  publisher publisher_;
  schedule schedule_; ///< open loop: a lane a room
  stage_meter stages_;
  std::int64_t next_refill_ns_ = 0;
  bool begun_ = false;
  marked_text content_;
  std::string frame_;
};

} // namespace parley::load
