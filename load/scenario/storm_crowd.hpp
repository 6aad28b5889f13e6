// One process's share of the scenario `storm`: some of the rooms with all of their members.
#pragma once

#include "load/measure/marker.hpp"
#include "load/scenario/ack_book.hpp"
#include "load/scenario/crowd.hpp"
#include "load/scenario/publisher.hpp"
#include "load/scenario/room_ledger.hpp"
#include "load/scenario/schedule.hpp"
#include "load/scenario/storm.hpp"
#include "load/scenario/storm_rounds.hpp"
#include "load/scenario/storm_seats.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace parley::load {

class storm_crowd final : public crowd {
public:
  /// `options` outlives it.
  storm_crowd(const storm_options& options, const part_setup& setup);

  void open(std::int64_t now) override;
  [[nodiscard]] bool opened() const override { return settled_in_ == size() && publisher_.ready(); }
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
    std::uint32_t members;
    room_ledger ledger;
    std::uint32_t next_speaker = 0; ///< of a bystanders' room
  };

  enum class whereabouts : std::uint8_t {
    coming, ///< connecting, or asking to enter
    home,
    away, ///< dropped, to come back
    gone, ///< its connection ended by itself
  };

  struct person {
    storm_role role;
    whereabouts where = whereabouts::coming;
    std::size_t room;     ///< index in `rooms_`
    std::uint32_t member; ///< number in its ledger
    std::int64_t dropped_ns = 0;
    std::int64_t due_ns = 0;    ///< when it was to come back
    std::int64_t back_ns = 0;   ///< when it was back
    std::uint32_t heard_of = 0; ///< messages of its room when it dropped
    ack_book acks;
  };

  void on_inside(std::size_t place, std::int64_t received_ns) override;
  void on_message(std::size_t place, std::string_view text, std::int64_t received_ns) override;
  void on_gone(std::size_t place, const closing& why) override;

  void on_delivery(std::size_t place, const marker& mark, std::string_view text, std::int64_t received_ns);
  void on_other(std::size_t place, std::string_view text, std::int64_t received_ns);
  void note_ack(const person& of, const std::optional<ack_book::answered>& which);
  /// It is in its room, for the first time or again; `answer` is what the server said to it.
  void arrive(std::size_t place, std::string_view answer, std::int64_t received_ns);
  void come_back(person& who, std::string_view answer, std::int64_t received_ns);
  void drop_all(std::int64_t due);
  void drop_one(std::size_t place, std::int64_t now);
  void retry(std::size_t place, std::int64_t now);
  void return_due(std::int64_t now);
  void say(std::size_t place, std::int64_t intended_ns);
  void speak_due(std::int64_t now);

  [[nodiscard]] room_ledger& ledger(const person& of) { return rooms_[of.room].ledger; }
  /// What those who come back missed is promised to them.
  [[nodiscard]] bool resumes() const { return setup().speaks.resume.there(); }

  const storm_options& options_;
  delivery_counts counts_;
  histogram& back_;
  histogram& calm_;
  histogram& storm_;
  std::uint64_t& caught_up_;
  std::uint64_t& resyncs_;
  std::vector<room> rooms_;          ///< first those of the storm, then those of the bystanders
  std::size_t first_bystanders_ = 0; ///< index in `rooms_`
  std::vector<person> people_;
  publisher publisher_;
  schedule storm_schedule_;
  schedule bystander_schedule_;
  storm_rounds rounds_;
  std::size_t settled_in_ = 0;
  std::int64_t progress_ns_ = 0;      ///< when somebody entered a room last, while opening
  std::vector<std::size_t> dropping_; ///< places, of the round that has just begun
  std::uint64_t late_ = 0;            ///< not back when the next round began
  std::uint64_t unpromised_ = 0;      ///< missed while away, where nobody promised more

  using alarm = std::pair<std::int64_t, std::size_t>; ///< when, and whose place
  std::priority_queue<alarm, std::vector<alarm>, std::greater<>> returns_;

  marked_text content_;
  std::string frame_;
};

} // namespace parley::load
