// One user on a journey: what it does next, and what it waits for. It knows neither sockets nor clocks.
#pragma once

#include "load/journey/script.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace parley::load {

/// What a user does to the world, and what the world decides by chance. A user is known by its place.
class journey_world {
public:
  virtual ~journey_world() = default;

  /// Connects anew; `token` is empty where the step has none of its own. `on_inside` follows, or `on_broken`.
  virtual void connect(std::uint32_t place, std::string_view token) = 0;
  /// Asks in the dialect's words. Answers what is awaited, empty where nothing is; it stays valid.
  virtual std::string_view join(std::uint32_t place) = 0;
  virtual std::string_view leave(std::uint32_t place) = 0;
  virtual void hang_up(std::uint32_t place) = 0; ///< no event follows
  /// False where there is no connection.
  virtual bool send(std::uint32_t place, std::string_view text) = 0;
  /// `on_answer` follows, or `on_broken`.
  virtual void request(std::uint32_t place, const journey_step& what, const fillings& with) = 0;

  /// `on_wake` follows at that time, never from within this call; a later call does not take it back.
  virtual void wake_at(std::uint32_t place, std::int64_t time_ns) = 0;
  /// A step came to its end, and took so long.
  virtual void done(std::size_t name, std::int64_t ns) = 0;
  /// A step failed: what was awaited and what came, for people.
  virtual void failed(std::size_t name, const std::string& why) = 0;
  /// A journey came to its end, or broke off.
  virtual void ended(bool whole, std::int64_t ns) = 0;

  [[nodiscard]] virtual std::int64_t now() const = 0;
  virtual double chance() = 0; ///< from 0 to below 1
  /// What fills the built-in places for this user, but for its variables.
  [[nodiscard]] virtual fillings about(std::uint32_t place) = 0;
};

/// Goes through the journey over and over. A step that fails ends the journey, and a second later the next one begins.
class journey_user {
public:
  /// The script outlives the user. `number` chooses the row of the data.
  journey_user(const journey_script& script, std::uint32_t place, std::uint32_t number);

  void begin(journey_world& world);
  /// No further step begins; who waits for an answer waits on.
  void stop() { stopped_ = true; }

  void on_inside(journey_world& world, std::int64_t received_ns);
  /// A text over its WebSocket, once inside; `refuses`: the dialect calls it an error. Answers whether it was awaited,
  /// or the reason of a failure.
  bool on_text(journey_world& world, std::string_view text, bool refuses, std::int64_t received_ns);
  void on_answer(journey_world& world, unsigned status, std::string_view body, std::int64_t received_ns);
  /// The WebSocket could not be opened or ended.
  void on_broken(journey_world& world, std::string_view why);
  /// The same of the connection for requests.
  void on_request_broken(journey_world& world, std::string_view why);
  void on_wake(journey_world& world);

  /// Waits for an answer.
  [[nodiscard]] bool busy() const;

private:
  enum class doing : std::uint8_t { nothing, going, thinking, connecting, awaiting, asking, resting };

  void go(journey_world& world);
  /// Begins the step at hand. False where it waits.
  bool begin_step(journey_world& world, const journey_step& step);
  bool await(journey_world& world, std::string_view what);
  bool look_back(journey_world& world);
  void met(journey_world& world, std::string_view answer, std::int64_t received_ns);
  void fail(journey_world& world, const std::string& why);
  /// What a person wants to know of an answer that did not come.
  [[nodiscard]] std::string awaited() const;
  /// Takes the variables of the step; empty where all are there.
  std::string save(std::string_view answer);
  [[nodiscard]] std::int64_t pause_ns(journey_world& world, const journey_step& step) const;
  [[nodiscard]] fillings filled(journey_world& world);

  const journey_script& script_;
  std::uint32_t place_;
  std::uint32_t number_;
  doing doing_ = doing::nothing;
  bool stopped_ = false;
  std::size_t at_ = 0; ///< the step at hand
  std::int64_t journey_ns_ = 0;
  std::int64_t step_ns_ = 0; ///< when the step at hand began
  std::int64_t wake_ns_ = 0; ///< what it was woken for before this does not count
  std::uint64_t sends_ = 0;
  std::string_view awaits_;
  std::string last_;                    ///< the beginning of what came last
  std::deque<std::string> heard_;       ///< since something was awaited last, where a step may look at it
  std::vector<std::uint32_t> counters_; ///< how often is left, by repetition
  std::vector<std::string> values_;     ///< of the variables
  std::string text_;
};

} // namespace parley::load
