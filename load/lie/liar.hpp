// A small chat server that lies: so that the harness, and others, can be held to what they claim to find.
#pragma once

#include "load/lie/fault.hpp"
#include "load/wire/loop.hpp"
#include "load/wire/pollable.hpp"

#include <tl/expected.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

namespace parley::load {

/// Speaks the dialect `liar` over ws:// on loopback: `/room/N` is a room, `{"say":"TEXT"}` goes to all in it as
/// `{"id":N,"text":"TEXT"}`, and is acknowledged with `{"ok":true,"mid":N}`. One thread, one process.
class liar final : private pollable {
public:
  /// The error is one line for people: the port is taken.
  static tl::expected<std::unique_ptr<liar>, std::string> listen(fault what, std::uint16_t port);
  ~liar() override;
  liar(const liar&) = delete;
  liar& operator=(const liar&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }

  /// Serves for so long, at most; 10 ms or less keep it answering to signals.
  void turn(std::int64_t timeout_ns);

private:
  class visitor;

  liar(fault what, int listener, std::uint16_t port);
  void on_ready(std::uint32_t epoll_events) override;
  void flush() override {}
  void said(visitor& by, std::string_view content);
  void deliver(visitor& to, std::uint64_t id, std::string_view content);
  void acknowledge(visitor& to, std::uint64_t id);
  [[nodiscard]] bool is_fifth() { return ++deliveries_ % 5 == 0; }
  void send_later(const std::shared_ptr<visitor>& to, std::int64_t delay_ns, std::string text);

  struct later {
    std::int64_t due_ns;
    std::uint64_t order; ///< among those that are due at once
    std::weak_ptr<visitor> to;
    std::string text; ///< empty: what is held back

    friend bool operator<(const later& a, const later& b) {
      return a.due_ns != b.due_ns ? a.due_ns > b.due_ns : a.order > b.order;
    }
  };

  fault what_;
  int listener_;
  std::uint16_t port_;
  loop loop_;
  std::map<std::string, std::vector<std::shared_ptr<visitor>>> rooms_; ///< by path
  std::deque<std::shared_ptr<visitor>> all_;
  std::priority_queue<later> later_;
  std::uint64_t messages_ = 0;
  std::uint64_t deliveries_ = 0;
  std::uint64_t ordered_ = 0;
};

} // namespace parley::load
