// One I/O thread: an Asio loop that also runs the actors pinned to it and flushes sockets at the end of each turn.
#pragma once

#include "actors/pinned.hpp"
#include "actors/ports.hpp"

#include <boost/asio/io_context.hpp>
#include <caf/execution_unit.hpp>
#include <caf/resumable.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

namespace parley::net {

/// Something that has bytes to write when the turn ends.
class flushable {
public:
  virtual ~flushable() = default;
  virtual void flush() = 0;
  /// The same of bytes that waited for company.
  virtual void leave() = 0;
};

/// A turn: some ready handlers, then actors, again and again until nothing is ready or `rounds_a_turn` have passed;
/// then one write a socket. Sleeps only when all is empty.
/// What may wait for company is written when it has to leave; a thread that has time lets nothing wait.
class io_thread final : public frame_hold {
public:
  static constexpr int rounds_a_turn = 8;
  static constexpr int handlers_a_round = 128;          ///< so that what they set off is not behind ten thousand others
  static constexpr std::size_t messages_a_resume = 256; ///< of one actor, before the next has its turn

  /// CPU time of the thread, by the time that passed: below it nothing waits.
  static constexpr double busy_from = 0.15;

  /// `hold`: how long a frame may wait for company; 0: none does.
  explicit io_thread(caf::actor_system& system, std::chrono::microseconds hold = {});
  io_thread(const io_thread&) = delete;
  io_thread& operator=(const io_thread&) = delete;
  ~io_thread() override;

  boost::asio::io_context& context() { return io_; }

  /// Where actors of this thread are spawned. Any thread.
  pin place() { return {&pinned_, &unit_}; }

  /// Runs until `stop`. On the thread that this object is for.
  void run();

  /// Any thread.
  void stop();

  /// One turn without sleeping, on whatever thread calls while `run` does not run; false if nothing was to do.
  bool turn();

  /// On its own thread: `x` is flushed at the end of the turn. It must stay alive until then, or call `forget`.
  void flush_later(flushable* x) { dirty_.push_back(x); }
  /// The same with `leave`, once, when what waits does.
  void leave_later(flushable* x) { waiting_.push_back(x); }
  /// It does not get what it was told of; `forget_waiting` of `leave_later`.
  void forget(flushable* x);
  void forget_waiting(flushable* x);
  /// All of both, where everybody goes.
  void forget_all();

  // -- frame_hold --
  std::chrono::microseconds bound(clock::time_point now) override;
  void leave_by(clock::time_point at) override;
  std::uint64_t departures() const override { return departures_; }

private:
  /// Takes what is enqueued for actors of this thread, from any thread.
  class pinned_unit final : public caf::execution_unit {
  public:
    pinned_unit(caf::actor_system& system, io_thread& owner) : execution_unit(&system), owner_(owner) {}
    void exec_later(caf::resumable* job) override { owner_.enqueue(job); }

  private:
    io_thread& owner_;
  };

  /// What actors see as their context: jobs of other actors go to the system's scheduler.
  class context_unit final : public caf::execution_unit {
  public:
    explicit context_unit(caf::actor_system& system) : execution_unit(&system) {}
    void exec_later(caf::resumable* job) override;
  };

  void enqueue(caf::resumable* job);
  bool run_handlers();
  bool run_actors();
  void flush_all();
  void let_leave(); ///< what waited, if it is time
  void sleep();

  boost::asio::io_context io_{1};
  pinned_unit pinned_;
  context_unit unit_;
  std::deque<caf::resumable*> ready_; ///< this thread's own
  std::vector<flushable*> dirty_;
  std::vector<flushable*> flushing_;
  std::vector<flushable*> waiting_; ///< for company
  std::vector<flushable*> leaving_;
  clock::time_point leave_at_{}; ///< what waits
  clock::time_point latest_{};   ///< since the first of it waits
  std::uint64_t departures_ = 0;
  std::chrono::microseconds hold_;
  clock::time_point measured_at_{};        ///< the load
  std::chrono::nanoseconds used_so_far_{}; ///< CPU time of the thread then
  double load_ = 0;
  std::mutex remote_mutex_;
  std::vector<caf::resumable*> remote_; ///< from other threads
  bool woken_ = false;                  ///< guarded by remote_mutex_: a wake-up is on its way
  std::atomic<bool> stopping_{false};
};

} // namespace parley::net
