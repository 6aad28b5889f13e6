// Ends calls to a server that hangs while its kernel goes on answering for it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

namespace parley::storage::postgres {

/// One a process, with a thread that exists while anybody is watched. Safe from any thread.
class watchdog {
public:
  static constexpr std::chrono::seconds patience{5};

  /// Watches one connection; its owner tells when a call begins and ends.
  class leash {
  public:
    leash();
    ~leash();

    leash(const leash&) = delete;
    leash& operator=(const leash&) = delete;

    /// `socket` is shut down where `end` does not come within `longest`: the call then fails by itself.
    void begin(int socket, std::chrono::milliseconds longest = patience);
    void end();

  private:
    struct state;
    std::shared_ptr<state> state_;
    friend class watchdog;
  };
};

} // namespace parley::storage::postgres
