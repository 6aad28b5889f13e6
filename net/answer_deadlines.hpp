// When those who wait for an actor's answer are told that none came in time.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <map>
#include <memory>

namespace parley::net {

/// Somebody who waits.
class waiting_asker {
public:
  virtual ~waiting_asker() = default;
  /// No answer came by then. Once.
  virtual void expire() = 0;
  /// Its place is gone: it must not be given up any more.
  virtual void forget_place() = 0;
};

/// The deadlines of one I/O thread, on one timer of its loop, which is not moved for what is answered in time: CAF's
/// clock is a thread of its own, which each deadline would wake. Used on that thread only.
class answer_deadlines {
public:
  using clock = std::chrono::steady_clock;
  using place = std::multimap<clock::time_point, std::shared_ptr<waiting_asker>>::iterator;

  explicit answer_deadlines(boost::asio::io_context& loop) : timer_(loop) {}
  answer_deadlines(const answer_deadlines&) = delete;
  answer_deadlines& operator=(const answer_deadlines&) = delete;

  /// `who` expires at `due`, unless its place is given up before.
  place add(clock::time_point due, std::shared_ptr<waiting_asker> who);
  /// Takes back the deadline of one that has not expired.
  void give_up(place x) { waiting_.erase(x); }
  /// Lets go of all that wait, who hear nothing.
  void clear();

private:
  void watch();
  void ring();

  boost::asio::steady_timer timer_;
  bool is_watching_ = false;
  std::multimap<clock::time_point, std::shared_ptr<waiting_asker>> waiting_;
};

} // namespace parley::net
