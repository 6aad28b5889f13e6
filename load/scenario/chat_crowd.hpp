// One process's share of the scenario `chat`: some of the rooms with all of their users.
#pragma once

#include "load/measure/marker.hpp"
#include "load/scenario/chat.hpp"
#include "load/scenario/chat_user.hpp"
#include "load/scenario/crowd.hpp"
#include "load/scenario/history_reader.hpp"
#include "load/scenario/publisher.hpp"
#include "load/scenario/room_ledger.hpp"
#include "load/scenario/schedule.hpp"
#include "load/scenario/stage_meter.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <queue>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace parley::load {

class chat_crowd final : public crowd, private chat_world {
public:
  /// Takes the rooms whose index is that of the process modulo their number. `options` outlives it.
  chat_crowd(const chat_options& options, const part_setup& setup);

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
    room_ledger ledger;
  };

  /// A user's part in one room.
  struct membership {
    std::size_t room;     ///< index in `rooms_`
    std::uint32_t member; ///< number in its ledger
  };

  struct person {
    chat_user acts;
    std::vector<membership> in;
    bool was_in_place = false;
    bool came_by_path = false;    ///< the path that it has just connected to led into its room
    std::uint32_t sent = 0;       ///< number of its latest message
    std::int64_t intended_ns = 0; ///< of the same
  };

  // -- crowd --------------------------------------------------------------------
  void on_inside(std::size_t place, std::int64_t received_ns) override;
  void on_message(std::size_t place, std::string_view text, std::int64_t received_ns) override;
  void on_gone(std::size_t place, const closing& why) override;

  // -- chat_world ---------------------------------------------------------------
  bool enter(std::uint32_t place, std::uint32_t number) override;
  void leave(std::uint32_t place, std::uint32_t number) override;
  bool say(std::uint32_t place, std::uint32_t number, std::int64_t intended_ns, std::int64_t ready_ns) override;
  void type(std::uint32_t place, std::uint32_t number, bool on) override;
  void read_history(std::uint32_t place, std::uint32_t number) override;
  void reconnect(std::uint32_t place) override;
  void wake_at(std::uint32_t place, std::int64_t time_ns) override;
  void took(deed what, std::int64_t ns) override;
  void entering_took(std::int64_t ns) override;
  deed next_deed() override;
  std::int64_t think_ns() override;
  std::uint32_t pick(std::uint32_t below) override;

  void on_delivery(std::size_t place, const marker& mark, std::string_view text, std::int64_t received_ns);
  void on_other(std::size_t place, std::string_view text, std::int64_t received_ns);
  void note_in_place(std::size_t place, std::int64_t received_ns);
  void send_filled(std::uint32_t place, const text_template& text, const fillings& with);
  [[nodiscard]] fillings about_room(std::uint32_t place, std::uint32_t number) const;
  [[nodiscard]] room_ledger& ledger(const membership& of) { return rooms_[of.room].ledger; }
  [[nodiscard]] audience hearers() const;
  [[nodiscard]] std::int64_t next_arrival() const;

  const chat_options& options_;
  deed_mix mix_;
  delivery_counts counts_;
  histogram& join_;
  std::mt19937_64 chance_;
  std::vector<room> rooms_;
  std::vector<person> people_;
  publisher publisher_;
  history_reader reader_;
  std::size_t settled_in_ = 0;   ///< people who were in all of their rooms once
  std::int64_t progress_ns_ = 0; ///< when somebody entered a room last, while opening
  schedule arrivals_;            ///< open loop: a lane a process
  stage_meter stages_;           ///< of the deeds what was sent or asked, of the messages how late they were heard

  using alarm = std::pair<std::int64_t, std::uint32_t>; ///< when, and whose place
  std::priority_queue<alarm, std::vector<alarm>, std::greater<>> alarms_;

  marked_text content_;
  std::string frame_;
};

} // namespace parley::load
