// Messages that go in by HTTP (`dialect::http_publish`), over one keep-alive connection a room, so that they stay in
// order.
#pragma once

#include "load/scenario/part.hpp"
#include "load/wire/http.hpp"

#include <cstddef>
#include <deque>
#include <functional>
#include <string>

namespace parley::load {

/// Counts `acknowledged` (2xx) and `errors` (other answers, with the first status as text). Idle where the dialect
/// publishes over the WebSocket.
class publisher final : private http_events {
public:
  /// `on_fault` hears one line for people when a connection cannot be made or breaks.
  publisher(const part_setup& setup, std::function<void(std::string)> on_fault);

  /// The dialect publishes by HTTP.
  [[nodiscard]] bool used() const { return !setup_.speaks.by_http.path.empty(); }

  /// Opens a connection for each of `rooms`; the first call counts.
  void open(std::size_t rooms);
  [[nodiscard]] bool ready() const { return !used() || !links_.empty(); }
  void post(std::size_t room_index, const fillings& with);
  void close();

private:
  void on_answer(http_client& from, unsigned status, std::string_view body, std::int64_t received_ns) override;
  void on_http_closed(http_client& from, const std::string& why) override;

  /// That of the room's first member.
  [[nodiscard]] const dial& server(const http_client& link) const;

  part_setup setup_;
  std::function<void(std::string)> on_fault_;
  std::deque<http_client> links_; ///< never moves an element
  std::uint64_t& acknowledged_;
  std::uint64_t& errors_;
};

} // namespace parley::load
