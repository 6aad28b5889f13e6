#include "storage/postgres/watchdog.hpp"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <sys/socket.h>
#include <thread>
#include <vector>

namespace parley::storage::postgres {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_looks{250};

} // namespace

struct watchdog::leash::state {
  std::mutex mutex; ///< held while the socket is shut down, so that nobody closes it meanwhile
  int socket = -1;  ///< -1 where no call waits
  clock::time_point until;

  void look(clock::time_point now) {
    const std::lock_guard lock(mutex);
    if (socket >= 0 && now >= until) {
      ::shutdown(socket, SHUT_RDWR);
      socket = -1;
    }
  }
};

namespace {

/// The thread looks at everybody four times a second, which costs nothing.
class kennel {
public:
  static kennel& instance() {
    static kennel one;
    return one;
  }

  template <class State>
  void add(const std::shared_ptr<State>& who) {
    const std::lock_guard lock(mutex_);
    looks_.push_back({who.get(), [who](clock::time_point now) { who->look(now); }});
    if (!thread_.joinable())
      thread_ = std::jthread([this](const std::stop_token& until) { run(until); });
  }

  void remove(const void* who) {
    std::jthread ended;
    {
      const std::lock_guard lock(mutex_);
      std::erase_if(looks_, [who](const auto& x) { return x.who == who; });
      if (looks_.empty())
        ended = std::move(thread_);
    }
    // the thread ends here, without the lock that it may wait for
  }

private:
  struct entry {
    const void* who;
    std::function<void(clock::time_point)> look;
  };

  void run(const std::stop_token& until) {
    std::unique_lock lock(mutex_);
    while (!until.stop_requested()) {
      for (const auto& x : looks_)
        x.look(clock::now());
      wake_.wait_for(lock, until, between_looks, [] { return false; });
    }
  }

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<entry> looks_;
  std::jthread thread_;
};

} // namespace

watchdog::leash::leash() : state_(std::make_shared<state>()) {
  kennel::instance().add(state_);
}

watchdog::leash::~leash() {
  kennel::instance().remove(state_.get());
}

void watchdog::leash::begin(int socket, std::chrono::milliseconds longest) {
  const std::lock_guard lock(state_->mutex);
  state_->socket = socket;
  state_->until = clock::now() + longest;
}

void watchdog::leash::end() {
  const std::lock_guard lock(state_->mutex);
  state_->socket = -1;
}

} // namespace parley::storage::postgres
