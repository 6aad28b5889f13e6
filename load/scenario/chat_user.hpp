// One simulated user of a chat: what it does next, and what it waits for. It knows neither sockets nor clocks.
#pragma once

#include "load/scenario/deed_mix.hpp"

#include <cstdint>
#include <deque>

namespace parley::load {

/// What a user does to the world, and what the world decides by chance. A user is known by its place. Its rooms are
/// numbered from 0.
class chat_world {
public:
  virtual ~chat_world() = default;

  /// Joins a room: `on_entered` follows, unless it answers true, "there already".
  virtual bool enter(std::uint32_t place, std::uint32_t room) = 0;
  /// `on_left` follows.
  virtual void leave(std::uint32_t place, std::uint32_t room) = 0;
  /// Sends a message that was meant to leave at `intended_ns` and could leave at `ready_ns`. `on_sent` follows where it
  /// answers true.
  virtual bool say(std::uint32_t place, std::uint32_t room, std::int64_t intended_ns, std::int64_t ready_ns) = 0;
  virtual void type(std::uint32_t place, std::uint32_t room, bool on) = 0;
  /// `on_history` follows.
  virtual void read_history(std::uint32_t place, std::uint32_t room) = 0;
  /// Drops the connection and connects again: `on_inside` follows.
  virtual void reconnect(std::uint32_t place) = 0;

  /// `on_wake` follows at that time, never from within this call.
  virtual void wake_at(std::uint32_t place, std::int64_t time_ns) = 0;
  /// The user left, read or reconnected, which took this long from when it was due.
  virtual void took(deed what, std::int64_t ns) = 0;
  /// It entered one room, from when it asked.
  virtual void entering_took(std::int64_t ns) = 0;

  virtual deed next_deed() = 0;
  virtual std::int64_t think_ns() = 0;                 ///< a pause
  virtual std::uint32_t pick(std::uint32_t below) = 0; ///< a number less than `below`
};

/// It does one thing at a time. Left to itself it pauses between two (closed loop); where deeds come on a schedule
/// (open loop), those that come while it is busy wait their turn, and their time counts from when they were due.
class chat_user {
public:
  chat_user(std::uint32_t place, std::uint32_t rooms, bool scheduled)
    : place_(place), rooms_(rooms), scheduled_(scheduled) {}

  /// From now on it acts; it must be `in_place`.
  void begin(chat_world& world, std::int64_t start_ns);
  /// A deed is due. Open loop only.
  void on_due(chat_world& world, std::int64_t due_ns);

  void on_inside(chat_world& world, std::int64_t now_ns); ///< connected and greeted, for the first time or again
  void on_entered(chat_world& world, std::int64_t now_ns);
  void on_left(chat_world& world, std::int64_t now_ns);
  void on_sent(chat_world& world, std::int64_t now_ns);
  void on_history(chat_world& world, std::int64_t now_ns);
  void on_wake(chat_world& world, std::int64_t now_ns);
  /// The server refused what the user waits for. One that could not enter or leave does nothing more.
  void on_refused(chat_world& world, std::int64_t now_ns);
  void on_gone() { doing_ = doing::nothing_more; }

  [[nodiscard]] bool in_place() const { return doing_ == doing::waiting; } ///< inside all rooms, nothing under way
  [[nodiscard]] bool enters() const { return doing_ == doing::entering; }
  [[nodiscard]] bool leaves() const { return doing_ == doing::leaving; }
  [[nodiscard]] bool sends() const { return doing_ == doing::sending; }
  [[nodiscard]] bool reads() const { return doing_ == doing::reading; }
  /// Waits for an answer of the server.
  [[nodiscard]] bool busy() const;
  [[nodiscard]] std::uint32_t room() const { return room_; } ///< that it enters, leaves, or sends to

private:
  enum class doing : std::uint8_t {
    connecting,
    entering,
    waiting, ///< for its next deed
    typing,
    sending,
    reading,
    leaving,
    away, ///< out of one room
    nothing_more,
  };

  void act(chat_world& world, std::int64_t now_ns);
  void say(chat_world& world, std::int64_t intended_ns, std::int64_t now_ns);
  void enter(chat_world& world, std::int64_t now_ns);
  void entered(chat_world& world, std::int64_t now_ns);
  void finish(chat_world& world, std::int64_t now_ns);
  void rest(chat_world& world, std::int64_t now_ns);

  std::uint32_t place_;
  std::uint32_t rooms_;
  bool scheduled_;
  bool begun_ = false;
  doing doing_ = doing::connecting;
  deed deed_ = deed::reconnect;
  std::uint32_t room_ = 0;
  std::uint32_t enter_to_ = 0;    ///< last room to enter
  std::int64_t due_ns_ = 0;       ///< of the deed under way, or of the wake-up
  std::int64_t ready_ns_ = 0;     ///< since when nothing is under way
  std::int64_t asked_ns_ = 0;     ///< when it asked to enter
  std::deque<std::int64_t> line_; ///< deeds that are due, open loop
};

} // namespace parley::load
