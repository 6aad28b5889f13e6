// A part whose work is connections: it opens each into its room, answers heartbeats, and counts what is common to all.
#pragma once

#include "load/dialect/entry.hpp"
#include "load/measure/marker.hpp"
#include "load/scenario/opener.hpp"
#include "load/scenario/part.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::load {

/// Counts under these names: `connections` (inside now), `handshakes` (all that ever got inside), `errors`, `closes`
/// (connections that ended by themselves), `other_frames`, `acknowledged`, `damaged` (texts that are not as they were
/// sent); maximum `opening_ns` (until all were
/// inside); histograms `handshake` (from connect() to inside) and, of its
/// phases, `phase.upgrade`, `phase.greeting`, `phase.join`; first texts `error` and `close`.
class crowd : public part, private client_events {
public:
  /// One connection. Its place is its index in the list that the crowd is made from.
  struct seat {
    std::uint32_t number = 0; ///< in the whole run, from 0: chooses token and source address
    std::uint32_t room = 0;   ///< 0 joins none: the greeting is enough
    int receive_bytes = 0;    ///< as in `request`
  };

  /// The members of this process's rooms, room by room: member m of room r (from 1) has number m * rooms + r - 1, as
  /// `parley fixtures` has it, so that the first one owns the room.
  static std::vector<seat> seats_in_rooms(std::uint32_t rooms, std::uint32_t members, const share& mine);

  /// `ramp_per_s` 0 opens as fast as they come.
  crowd(const part_setup& setup, std::vector<seat> seats, double ramp_per_s);

  void open(std::int64_t now) override;
  [[nodiscard]] bool opened() const override { return opener_.done(); }
  [[nodiscard]] std::int64_t next_open(std::int64_t now) const override { return now + opener_.wait_ns(now); }
  void begin(const plan& when) override { plan_ = when; }
  void end_at(std::int64_t now) override { plan_.measure_to = std::min(plan_.measure_to, now); }
  [[nodiscard]] bool over() const override { return live_ == 0 && !seats_.empty(); }
  void close() override;

protected:
  // -- what a scenario adds -------------------------------------------------

  /// A connection got where it wanted, for the first time or again.
  virtual void on_inside(std::size_t place, std::int64_t received_ns);
  /// Every text that comes once a connection is inside, but heartbeats; of a frame with several messages one after the
  /// other. Valid during the call.
  virtual void on_message(std::size_t place, std::string_view text, std::int64_t received_ns) = 0;
  /// A connection ended by itself after `opened`; it is counted already.
  virtual void on_gone(std::size_t place, const closing& why);
  /// Its end is what the scenario is about: `closes` does not count it.
  [[nodiscard]] virtual bool may_go(std::size_t) const { return false; }

  // -- what a scenario uses -------------------------------------------------

  [[nodiscard]] std::size_t size() const { return seats_.size(); }
  [[nodiscard]] const seat& at(std::size_t place) const { return seats_[place]; }
  [[nodiscard]] bool inside(std::size_t place) const { return links_[place].doors.inside(); }
  [[nodiscard]] std::size_t live() const { return live_; } ///< connections that did not end
  [[nodiscard]] const plan& when() const { return plan_; } ///< all zero before `begin`
  [[nodiscard]] const part_setup& setup() const { return setup_; }
  [[nodiscard]] client& link(std::size_t place) { return links_[place].link; }
  /// Fillings with room, member and token set.
  [[nodiscard]] fillings about(std::size_t place) const;
  /// Queues one text frame; dropped unless the connection is open.
  void send(std::size_t place, std::string_view text) { links_[place].link.send(text); }
  /// Closes from our side: no event follows, `closes` does not count it.
  void drop(std::size_t place);
  /// Connects again after `drop` or `on_gone`: into the room anew, or, where `last_id` is given, by the dialect's
  /// `resume`. `on_inside` follows, or `on_gone`. Not to be called from an event of another connection.
  void reopen(std::size_t place, std::int64_t now, std::optional<std::uint64_t> last_id = std::nullopt);
  /// The mark of a message of this run; nothing where the frame is none, or one that does not count.
  [[nodiscard]] std::optional<marker> mark_of(std::string_view text);
  /// Counts a frame that is no message: an error, an acknowledgement, or another.
  void note_other(std::string_view text);

private:
  struct member {
    member(std::uint32_t number, std::uint32_t place) : link(number, place) {}

    client link;
    entry doors;
    std::int64_t started_ns = 0; ///< of the attempt
    std::int64_t phase_ns = 0;   ///< its last phase ended
    std::uint64_t last_id = 0;   ///< to resume from
    bool alive = false;          ///< connected, or on its way
    bool was_inside = false;     ///< the opener knows it
  };

  void on_open(client& from, std::int64_t received_ns) final;
  void on_text(client& from, std::string_view text, std::int64_t received_ns) final;
  void on_one_text(client& from, std::string_view text, std::int64_t received_ns);
  void on_closed(client& from, const closing& why) final;

  void start(std::size_t place, std::int64_t now, entry doors);
  void came_inside(std::size_t place, std::int64_t received_ns);
  void refused(std::size_t place, const std::string& why);
  void left(member& leaving);
  void fail_at(std::size_t place, std::string_view why);
  [[nodiscard]] const dial& server(std::size_t place) const { return setup_.to.of(seats_[place].number); }
  [[nodiscard]] fillings knocking(std::size_t place) const; ///< `about` with the last id

  part_setup setup_;
  std::vector<seat> seats_;
  std::deque<member> links_; ///< never moves an element
  opener opener_;
  plan plan_;
  std::size_t live_ = 0;
  std::uint64_t attempts_ = 0; ///< spread over source addresses
  std::int64_t begun_ns_ = 0;
  std::uint64_t& connections_;
  std::uint64_t& handshakes_;
  std::uint64_t& errors_;
  std::uint64_t& acknowledged_;
  std::uint64_t& closes_;
  std::uint64_t& other_frames_;
  std::uint64_t& damaged_;
  histogram& handshake_;
  histogram& upgrade_;  ///< of it, from connect() to the accepted handshake of the WebSocket
  histogram& greeting_; ///< from there until the dialect's first exchanges are done
  histogram& join_;     ///< from there into the room
};

} // namespace parley::load
