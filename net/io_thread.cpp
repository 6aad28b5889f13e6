#include "net/io_thread.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <caf/actor_system.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <algorithm>
#include <ctime>

namespace parley::net {

namespace {

/// How far in front of the one being flushed.
constexpr std::size_t ahead = 4;

/// Calls `step` for those that are not null, which may become so meanwhile.
template <class Step>
void for_each_ahead(const std::vector<flushable*>& all, Step step) {
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i + ahead < all.size()) // of thousands of sockets each is a cache miss
      __builtin_prefetch(all[i + ahead]);
    if (auto* x = all[i])
      step(*x);
  }
}

/// The load is that of the last one.
constexpr std::chrono::milliseconds load_window{50};

std::chrono::nanoseconds cpu_time() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

/// The loop that the calling thread runs.
thread_local io_thread* current = nullptr;

} // namespace

io_thread::io_thread(caf::actor_system& system, std::chrono::microseconds hold)
  : pinned_(system, *this), unit_(system), hold_(hold) {}

io_thread::~io_thread() {
  for (auto* job : ready_)
    caf::intrusive_ptr_release(job);
  for (auto* job : remote_)
    caf::intrusive_ptr_release(job);
}

void io_thread::context_unit::exec_later(caf::resumable* job) {
  system().scheduler().enqueue(job);
}

void io_thread::enqueue(caf::resumable* job) {
  if (current == this) {
    ready_.push_back(job);
    return;
  }
  bool wake = false;
  {
    std::lock_guard guard(remote_mutex_);
    remote_.push_back(job);
    wake = !std::exchange(woken_, true);
  }
  if (wake)
    boost::asio::post(io_, [] {}); // the loop looks at remote_ whenever it comes back from its handlers
}

bool io_thread::run_handlers() {
  int ran = 0;
  while (ran < handlers_a_round && io_.poll_one() > 0)
    ++ran;
  return ran > 0;
}

bool io_thread::run_actors() {
  {
    std::lock_guard guard(remote_mutex_);
    ready_.insert(ready_.end(), remote_.begin(), remote_.end());
    remote_.clear();
    woken_ = false;
  }
  bool ran = !ready_.empty();
  // What these actors enqueue runs in the next round, after the handlers that became ready meanwhile.
  for (auto left = ready_.size(); left > 0; --left) {
    auto* job = ready_.front();
    ready_.pop_front();
    switch (job->resume(&unit_, messages_a_resume)) {
    case caf::resumable::resume_later:
      ready_.push_back(job);
      break;
    case caf::resumable::done:
    case caf::resumable::awaiting_message:
    case caf::resumable::shutdown_execution_unit:
      caf::intrusive_ptr_release(job);
      break;
    }
  }
  return ran;
}

void io_thread::flush_all() {
  flushing_.swap(dirty_);
  for_each_ahead(flushing_, [](flushable& x) { x.flush(); });
  flushing_.clear();
}

std::chrono::microseconds io_thread::bound(clock::time_point now) {
  if (hold_ == hold_.zero())
    return hold_;
  if (now - measured_at_ >= load_window) {
    const auto used = cpu_time();
    load_ = static_cast<double>((used - used_so_far_).count()) /
            static_cast<double>(std::chrono::nanoseconds(now - measured_at_).count());
    measured_at_ = now;
    used_so_far_ = used;
  }
  return load_ < busy_from ? hold_.zero() : hold_;
}

void io_thread::let_leave() {
  if (waiting_.empty() || clock::now() < leave_at_)
    return;
  ++departures_;
  leaving_.swap(waiting_);
  for_each_ahead(leaving_, [](flushable& x) { x.leave(); });
  leaving_.clear();
}

void io_thread::sleep() {
  if (waiting_.empty())
    io_.run_one();
  else
    io_.run_one_until(leave_at_);
}

/// Each room puts off its own frames only: of two that speak in turn, neither puts off the other's.
void io_thread::leave_by(clock::time_point at) {
  if (waiting_.empty())
    latest_ = hold_ == hold_.zero() ? at : clock::now() + hold_;
  leave_at_ = std::min(at, latest_);
}

void io_thread::forget(flushable* x) {
  std::replace(dirty_.begin(), dirty_.end(), x, static_cast<flushable*>(nullptr));
  std::replace(flushing_.begin(), flushing_.end(), x, static_cast<flushable*>(nullptr));
}

void io_thread::forget_waiting(flushable* x) {
  std::replace(waiting_.begin(), waiting_.end(), x, static_cast<flushable*>(nullptr));
  std::replace(leaving_.begin(), leaving_.end(), x, static_cast<flushable*>(nullptr));
}

void io_thread::forget_all() {
  for (auto* all : {&dirty_, &waiting_})
    all->clear();
}

void io_thread::run() {
  current = this;
  io_.restart(); // a turn that came before may have found it without work
  auto keep = boost::asio::make_work_guard(io_);
  int rounds = 0;
  while (!stopping_.load(std::memory_order_acquire)) {
    bool busy = run_handlers();
    busy = run_actors() || busy;
    if (busy && ++rounds < rounds_a_turn)
      continue;
    rounds = 0;
    let_leave();
    flush_all();
    // A flush may have ended a connection, and so have told its session.
    if (!busy && ready_.empty() && dirty_.empty())
      sleep();
  }
  current = nullptr;
}

bool io_thread::turn() {
  auto* before = std::exchange(current, this);
  io_.restart();
  bool busy = run_handlers();
  busy = run_actors() || busy;
  let_leave();
  flush_all();
  current = before;
  return busy;
}

void io_thread::stop() {
  stopping_.store(true, std::memory_order_release);
  boost::asio::post(io_, [] {});
}

} // namespace parley::net
