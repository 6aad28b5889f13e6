#include "net/io_thread.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <caf/actor_system.hpp>
#include <caf/scheduler/abstract_coordinator.hpp>

#include <algorithm>

namespace parley::net {

namespace {

/// How far in front of the one being flushed.
constexpr std::size_t ahead = 4;

/// The loop that the calling thread runs.
thread_local io_thread* current = nullptr;

} // namespace

io_thread::io_thread(caf::actor_system& system) : pinned_(system, *this), unit_(system) {}

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
  for (std::size_t i = 0; i < flushing_.size(); ++i) {
    if (i + ahead < flushing_.size()) // of thousands of sockets each is a cache miss
      __builtin_prefetch(flushing_[i + ahead]);
    if (auto* x = flushing_[i])
      x->flush();
  }
  flushing_.clear();
}

void io_thread::forget(flushable* x) {
  std::replace(dirty_.begin(), dirty_.end(), x, static_cast<flushable*>(nullptr));
  std::replace(flushing_.begin(), flushing_.end(), x, static_cast<flushable*>(nullptr));
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
    flush_all();
    // A flush may have ended a connection, and so have told its session.
    if (!busy && ready_.empty() && dirty_.empty())
      io_.run_one();
  }
  current = nullptr;
}

bool io_thread::turn() {
  auto* before = std::exchange(current, this);
  io_.restart();
  bool busy = run_handlers();
  busy = run_actors() || busy;
  flush_all();
  current = before;
  return busy;
}

void io_thread::stop() {
  stopping_.store(true, std::memory_order_release);
  boost::asio::post(io_, [] {});
}

} // namespace parley::net
