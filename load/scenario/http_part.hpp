// One process's share of the scenario `http`: some of the rooms, with who posts to them and who listens in them.
#pragma once

#include "load/measure/deliveries.hpp"
#include "load/scenario/crowd.hpp"
#include "load/scenario/http.hpp"
#include "load/scenario/room_ledger.hpp"
#include "load/scenario/schedule.hpp"
#include "load/scenario/stage_meter.hpp"
#include "load/wire/http.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace parley::load {

/// Users 0 to `window` − 1 post, each to its room over a connection of its own; the listeners are the users after them.
/// What is due while a connection waits for an answer waits there, and its latency counts from when it was due.
///
/// Counts beside those of `delivery_counts`, whose `latency` is that of the answers: `answered`, `measured_answers`,
/// `status_2xx` to `status_5xx`, `unanswered` (sent or due, and no answer came), `reconnects` (after the server closed
/// a connection, which is its right while nothing is under way); histogram `heard` (until a listener has it).
class http_part final : public crowd, private http_events {
public:
  /// Takes the rooms whose index is that of the process modulo their number. `options` outlives it.
  http_part(const http_options& options, const part_setup& setup);

  void open(std::int64_t now) override;
  [[nodiscard]] bool opened() const override { return crowd::opened() && connected_; }
  void begin(const plan& when) override;
  void step(std::int64_t now) override;
  [[nodiscard]] std::int64_t next_due() const override;
  [[nodiscard]] bool settled() const override;
  [[nodiscard]] bool over() const override { return live_posters_ == 0; }
  void close() override;
  void tell(tally& counts) override;

private:
  struct room {
    std::uint32_t id;
    std::size_t first_place; ///< listeners stand side by side
    room_ledger messages;    ///< of the listeners; the sender is the number of who posts
  };

  struct sent {
    std::uint32_t number; ///< in its room
    std::int64_t intended_ns;
  };

  struct poster {
    poster(std::uint32_t number_in_run, std::size_t room, std::uint32_t tag)
      : number(number_in_run), room_index(room), link(tag) {}

    std::uint32_t number;
    std::size_t room_index;
    http_client link;
    std::deque<sent> under_way;
    std::deque<std::int64_t> waiting; ///< when it was due
    bool alive = true;                ///< the server can still be reached
  };

  void on_message(std::size_t place, std::string_view text, std::int64_t received_ns) override;
  void on_gone(std::size_t place, const closing& why) override;
  void on_answer(http_client& from, unsigned status, std::string_view body, std::int64_t received_ns) override;
  void on_http_closed(http_client& from, const std::string& why) override;

  [[nodiscard]] bool open_loop() const { return options_.pace.open_loop(); }
  void connect(poster& who);
  void give_up(poster& who, const std::string& why);
  void go_on(poster& who);
  void post(poster& who, std::int64_t intended_ns);
  void due(poster& who, std::int64_t intended_ns);
  void note_status(unsigned status, std::string_view body);

  const http_options& options_;
  http_publish what_;
  delivery_counts counts_;
  std::uint64_t& answered_;
  std::uint64_t& measured_answers_;
  histogram& heard_;
  std::vector<room> rooms_;
  std::deque<poster> posters_; ///< never moves an element; the tag is the index
  schedule schedule_;
  stage_meter stages_;
  std::size_t live_posters_ = 0;
  std::uint64_t unanswered_ = 0; ///< on connections that broke
  bool connected_ = false;
  bool begun_ = false;
  marked_text content_;
  std::string headers_;
  std::string target_;
  std::string body_;
};

} // namespace parley::load
